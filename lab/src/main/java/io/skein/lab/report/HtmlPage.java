package io.skein.lab.report;

import java.util.List;

/** A page that needs no other file and no network. Not thread-safe. */
public final class HtmlPage {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1d2430; --soft: #667085; --rule: #d9dee7; --page: #ffffff; --card: #f6f8fb; --none: #e4e7ec; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6e9ef; --soft: #98a2b3; --rule: #344054; --page: #12161d; --card: #1a202a; --none: #2b3340; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1240px; margin: 2rem auto; padding: 0 1.2rem; }
            h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid var(--rule); }
            p { max-width: 52rem; } .soft { color: var(--soft); }
            .verdict { background: var(--card); border-left: 4px solid #0072b2; padding: .6rem 1rem; max-width: 60rem; }
            .verdict.bad { border-color: #d55e00; }
            table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
            .wide { overflow-x: auto; } th { text-align: left; color: var(--soft); font-weight: 600; position: sticky; top: 0; background: var(--page); }
            td, th { padding: .18rem .7rem .18rem 0; border-bottom: 1px solid var(--rule); white-space: nowrap; }
            .figures { margin-bottom: 1.2rem; display: flex; flex-wrap: wrap; gap: 1.2rem; } figure { margin: 0; background: var(--card); padding: .8rem; border-radius: 6px; flex: 1 1 540px; }
            svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font: 11px system-ui, sans-serif; }
            svg .title { font-size: 13px; font-weight: 600; } svg .tick { fill: var(--soft); } svg .label { fill: var(--soft); }
            svg .grid { stroke: var(--rule); stroke-width: 1; } svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } svg .none { fill: var(--none); }
            svg .band { fill: #e69f00; opacity: .22; } svg .mark { fill: #d55e00; }
            pre { background: var(--card); padding: .6rem 1rem; font-size: 12px; overflow-x: auto; }
            svg .cell { font-size: 10px; } svg .cell.light { fill: #fff; } svg .cell.dark { fill: #1d2430; }
            .s0 { stroke: #0072b2; } .s1 { stroke: #d55e00; } .s2 { stroke: #009e73; } .s3 { stroke: #cc79a7; }
            .s4 { stroke: #e69f00; } .s5 { stroke: #56b4e9; } .s6 { stroke: #8a6fc9; } .s7 { stroke: #8b8b3a; }
            .b0 { fill: #0072b2; } .b1 { fill: #d55e00; } .b2 { fill: #009e73; } .b3 { fill: #cc79a7; }
            .b4 { fill: #e69f00; } .b5 { fill: #56b4e9; } .b6 { fill: #8a6fc9; } .b7 { fill: #8b8b3a; }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    /** An empty page with this heading. */
    public HtmlPage(String title) {
        this.title = title;
        body.append("<h1>").append(Svg.escaped(title)).append("</h1>\n");
    }

    /** A heading within the page. */
    public HtmlPage heading(String words) {
        body.append("<h2>").append(Svg.escaped(words)).append("</h2>\n");
        return this;
    }

    /** A paragraph. */
    public HtmlPage paragraph(String words) {
        body.append("<p>").append(Svg.escaped(words)).append("</p>\n");
        return this;
    }

    /** A paragraph that explains. */
    public HtmlPage note(String words) {
        body.append("<p class=\"soft\">").append(Svg.escaped(words)).append("</p>\n");
        return this;
    }

    /** Sentences that say what was found; set off by colour if something is wrong. */
    public HtmlPage verdict(List<String> sentences, boolean bad) {
        body.append(bad ? "<div class=\"verdict bad\">" : "<div class=\"verdict\">");
        sentences.forEach(
                words -> body.append("<div>").append(Svg.escaped(words)).append("</div>"));
        body.append("</div>\n");
        return this;
    }

    /** A table. */
    public HtmlPage table(List<String> headings, List<List<String>> rows) {
        body.append("<div class=\"wide\"><table><thead><tr>");
        headings.forEach(cell -> body.append("<th>").append(Svg.escaped(cell)).append("</th>"));
        body.append("</tr></thead><tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            row.forEach(cell -> body.append("<td>").append(Svg.escaped(cell)).append("</td>"));
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        return this;
    }

    /** Lines of a file, as they stand in it. */
    public HtmlPage lines(List<String> lines) {
        body.append("<pre>").append(Svg.escaped(String.join("\n", lines))).append("</pre>\n");
        return this;
    }

    /** Pictures beside each other. */
    public HtmlPage figures(List<String> svgs) {
        body.append("<div class=\"figures\">\n");
        svgs.forEach(svg -> body.append("<figure>").append(svg).append("</figure>\n"));
        body.append("</div>\n");
        return this;
    }

    /** Pictures below each other, each as wide as the page. */
    public HtmlPage wideFigures(List<String> svgs) {
        svgs.forEach(svg -> figures(List.of(svg)));
        return this;
    }

    /** The whole page. */
    public String html() {
        return """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style></head><body>
        %s</body></html>
        """
                .formatted(Svg.escaped(title), STYLE, body);
    }
}
