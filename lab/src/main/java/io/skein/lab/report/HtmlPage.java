package io.skein.lab.report;

import java.util.List;
import java.util.regex.Pattern;

/** A page that needs no other file and no network. Not thread-safe. */
public final class HtmlPage {
    private static final String STYLE =
            """
            :root { color-scheme: light dark; --ink: #1d2430; --soft: #566072; --rule: #d9dee7; --page: #ffffff; --card: #f6f8fb; --none: #e4e7ec;
              --c0: #0066a8; --c1: #c94f00; --c2: #00835f; --c3: #b0558a; --c4: #a87400; --c5: #2f8fc4; --c6: #6f54b5; --c7: #6f6f1f; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6e9ef; --soft: #a3adbd; --rule: #344054; --page: #12161d; --card: #1a202a; --none: #2b3340;
                --c0: #5aaee8; --c1: #f58a45; --c2: #3cc49a; --c3: #e094c0; --c4: #e8b23c; --c5: #8fd0f2; --c6: #b3a0ec; --c7: #c4c46a; } }
            * { box-sizing: border-box; }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 1280px; margin: 0 auto; padding: 2rem 1.2rem; overflow-wrap: anywhere; }
            h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .7rem; border-bottom: 1px solid var(--rule); }
            p { max-width: 60rem; } .soft { color: var(--soft); font-size: 14px; }
            .verdict { background: var(--card); border-left: 4px solid var(--c0); padding: .6rem 1rem; max-width: 66rem; }
            .verdict.bad { border-color: var(--c1); } .verdict div + div { margin-top: .3rem; }
            .wide { overflow: auto; max-height: 85vh; margin: 0 0 1.2rem; }
            table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
            th { text-align: left; color: var(--soft); font-weight: 600; vertical-align: bottom; position: sticky; top: 0; z-index: 1; background: var(--page); box-shadow: inset 0 -1px var(--rule); max-width: 9rem; }
            td, th { padding: .2rem .8rem .2rem 0; } td { border-bottom: 1px solid var(--rule); white-space: nowrap; vertical-align: top; }
            tbody tr:nth-child(even) td { background: var(--card); }
            td:first-child, th:first-child { position: sticky; left: 0; background: var(--page); padding-left: .4rem; } th:first-child { z-index: 2; }
            td.number, th.number { text-align: right; } td.words { white-space: normal; min-width: 15rem; max-width: 46rem; overflow-wrap: anywhere; }
            .figures { margin-bottom: 1.2rem; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(480px, 100%), 1fr)); gap: 1rem; align-items: start; }
            figure { margin: 0; background: var(--card); padding: .8rem; border-radius: 6px; min-width: 0; overflow-x: auto; }
            svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
            svg .title { font-size: 13.5px; font-weight: 600; } svg .tick, svg .label { fill: var(--soft); } svg .value { font-size: 11.5px; }
            svg .grid { stroke: var(--rule); stroke-width: 1; } svg .line { fill: none; stroke-width: 1.8; stroke-linejoin: round; } svg .none { fill: var(--none); }
            svg .band { fill: var(--c4); opacity: .22; } svg .mark { fill: var(--c1); }
            pre { background: var(--card); padding: .6rem 1rem; font-size: 12px; overflow-x: auto; overflow-wrap: normal; }
            svg .badge { fill: var(--page); stroke: var(--soft); } svg .cell { font-size: 11px; } svg .cell.light { fill: #fff; } svg .cell.dark { fill: #1d2430; }
            .s0 { stroke: var(--c0); } .s1 { stroke: var(--c1); stroke-dasharray: 8 3; } .s2 { stroke: var(--c2); stroke-dasharray: 2 3; }
            .s3 { stroke: var(--c3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--c4); stroke-dasharray: 14 4; } .s5 { stroke: var(--c5); stroke-dasharray: 5 5; }
            .s6 { stroke: var(--c6); stroke-dasharray: 9 3 2 3 2 3; } .s7 { stroke: var(--c7); stroke-dasharray: 1 5; }
            .b0 { fill: var(--c0); } .b1 { fill: var(--c1); } .b2 { fill: var(--c2); } .b3 { fill: var(--c3); }
            .b4 { fill: var(--c4); } .b5 { fill: var(--c5); } .b6 { fill: var(--c6); } .b7 { fill: var(--c7); }
            @media (max-width: 640px) { body { padding: 1rem .7rem; } figure { padding: .5rem; } h1 { font-size: 1.3rem; } }
            @media print { .wide { max-height: none; overflow: visible; } }
            """;

    /** Longer cells are wrapped. */
    private static final int WORDS_LENGTH = 30;

    private static final Pattern NUMBER =
            Pattern.compile("[-+–]?[\\d.,]+[kMG%]?( ?(%|us|ms|s|KiB|MiB|GiB|[A-Z]{3}))?|-|–|");

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

    /** A table; columns of numbers are flush right, long words are wrapped. */
    public HtmlPage table(List<String> headings, List<List<String>> rows) {
        boolean[] numbers = new boolean[headings.size()];
        for (int column = 0; column < numbers.length; column++) {
            numbers[column] = column > 0 && isNumbers(rows, column);
        }
        body.append("<div class=\"wide\" tabindex=\"0\"><table>");
        if (headings.stream().anyMatch(heading -> !heading.isEmpty())) {
            body.append("<thead><tr>");
            for (int column = 0; column < numbers.length; column++) {
                body.append(numbers[column] ? "<th class=\"number\">" : "<th>")
                        .append(Svg.escaped(headings.get(column)))
                        .append("</th>");
            }
            body.append("</tr></thead>");
        }
        body.append("<tbody>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (int column = 0; column < row.size(); column++) {
                body.append(cell(row.get(column), numbers[column]));
            }
            body.append("</tr>\n");
        }
        body.append("</tbody></table></div>\n");
        return this;
    }

    private static boolean isNumbers(List<List<String>> rows, int column) {
        return rows.stream().allMatch(row -> NUMBER.matcher(row.get(column)).matches());
    }

    private static String cell(String words, boolean number) {
        String kind =
                number
                        ? " class=\"number\""
                        : words.length() > WORDS_LENGTH ? " class=\"words\"" : "";
        return "<td" + kind + ">" + Svg.escaped(words) + "</td>";
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

    /** Heat maps: beside each other where they are narrow, or else as wide as the page. */
    public HtmlPage heatMaps(List<HeatMap> maps) {
        List<String> svgs = maps.stream().map(HeatMap::svg).toList();
        return maps.stream().allMatch(HeatMap::isNarrow) ? figures(svgs) : wideFigures(svgs);
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
