package io.skein.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PlotsTest {
    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void numbersAreBriefAndSayWhatTheyAre() {
        assertThat(
                        List.of(
                                Numbers.brief(0),
                                Numbers.brief(0.01234),
                                Numbers.brief(1_234),
                                Numbers.brief(25_300),
                                Numbers.brief(2.5e6),
                                Numbers.brief(Double.NaN)))
                .containsExactly("0", "0.0123", "1,234", "25.3k", "2.5M", "–");
        assertThat(List.of(Numbers.micros(12), Numbers.micros(1_500), Numbers.micros(2.5e6)))
                .containsExactly("12 us", "1.5 ms", "2.5 s");
        assertThat(List.of(Numbers.bytes(512), Numbers.bytes(3 << 20), Numbers.bytes(5L << 30)))
                .containsExactly("0.5 KiB", "3 MiB", "5 GiB");
    }

    @Test
    void whatIsRoundedUpHasTheUnitOfWhatItIsThen() {
        assertThat(
                        List.of(
                                Numbers.brief(999.4),
                                Numbers.brief(999.7),
                                Numbers.brief(9_999.7),
                                Numbers.brief(999_700),
                                Numbers.brief(999_700_000)))
                .containsExactly("999", "1,000", "10k", "1M", "1G");
        assertThat(List.of(Numbers.micros(999.7), Numbers.micros(999_700)))
                .containsExactly("1 ms", "1 s");
    }

    @Test
    void percentilesThatLieCloseAreNotWrittenOverEachOther() throws Exception {
        List<Series.Point> points = new ArrayList<>();
        for (double beyond = 100; beyond >= 0.00001; beyond /= 10) {
            points.add(new Series.Point(100 - beyond, 1 / beyond));
        }
        String svg =
                LinePlot.ofPercentiles("Latency", "latency [ms]")
                        .logarithmic()
                        .add(new Series("all", points))
                        .svg();
        double free = 0;
        int written = 0;
        for (Element text : elements(parsed(svg), "text")) {
            String name = text.getTextContent();
            if (name.endsWith(" %")) {
                double at = Double.parseDouble(text.getAttribute("x"));
                assertThat(at - Svg.width(name) / 2).as(name).isGreaterThan(free);
                free = at + Svg.width(name) / 2;
                written++;
            }
        }
        assertThat(written).isGreaterThan(4);
    }

    @Test
    void anAxisEndsAtARoundNumber() {
        Axis axis = Axis.fromZero(870);
        assertThat(axis.maximum()).isEqualTo(1_000);
        assertThat(axis.ticks()).startsWith(0.0, 200.0).endsWith(1_000.0);
        assertThat(axis.position(500)).isEqualTo(0.5);
        assertThat(axis.position(9_999)).isEqualTo(1);
        assertThat(Axis.fromZero(0).maximum()).isEqualTo(1);
    }

    @Test
    void eachDecadeHasTheSameLength() {
        Axis axis = Axis.decades(1, 9_999);
        assertThat(axis.ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0, 10_000.0);
        assertThat(axis.position(100)).isCloseTo(0.5, within(1e-9));
        assertThat(axis.position(0)).isZero();
    }

    @Test
    void noDecadeIsEmpty() {
        Axis axis = Axis.decades(0.3, 420);
        assertThat(axis.minimum()).isCloseTo(0.2, within(1e-9));
        assertThat(axis.maximum()).isCloseTo(500, within(1e-6));
        assertThat(Axis.decades(30, 400).ticks()).containsExactly(20.0, 50.0, 100.0, 200.0, 500.0);
        Axis point = Axis.decades(100, 100);
        assertThat(point.maximum()).isGreaterThan(point.minimum());
    }

    @Test
    void barsAreAsLongAsTheirValues() throws Exception {
        String svg =
                new BarPlot("<rates>", "rate [1/s]", Numbers::brief)
                        .add(
                                "one",
                                List.of(
                                        new BarPlot.Bar("a", 0, 100),
                                        new BarPlot.Bar("b", 1, 25),
                                        new BarPlot.Bar("c", 2, Double.NaN)))
                        .svg();
        List<Element> bars = elements(parsed(svg), "rect");
        double longest = Double.parseDouble(bars.get(0).getAttribute("width"));
        assertThat(Double.parseDouble(bars.get(1).getAttribute("width")))
                .isCloseTo(longest / 4, within(0.1));
        assertThat(svg).contains("not measured", "&lt;rates&gt;", "rate [1/s]");
    }

    @Test
    void aGapInALineIsAGapInThePicture() throws Exception {
        Series line =
                new Series(
                        "line",
                        List.of(
                                new Series.Point(0, 1),
                                new Series.Point(1, 2),
                                new Series.Point(2, Double.NaN),
                                new Series.Point(3, 2)));
        String svg = new LinePlot("title", "x", "y").add(line).svg();
        assertThat(elements(parsed(svg), "path").getFirst().getAttribute("d"))
                .matches(Pattern.compile("M[^M]+L[^M]+M[^ML]+"));
    }

    @Test
    void ofManyPointsTheExtremesStay() throws Exception {
        List<Series.Point> points = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            points.add(new Series.Point(i, i == 12_345 ? 1_000 : 1));
        }
        String svg = new LinePlot("title", "x", "y").add(new Series("line", points)).svg();
        String path = elements(parsed(svg), "path").getFirst().getAttribute("d");
        assertThat(path.split("[ML]").length).isLessThan(2_000);
        assertThat(path).as("the top of the picture").contains(" 61.0");
    }

    private static LinePlot crossing() {
        return new LinePlot("title", "x [1]", "y [1]")
                .add(new Series("line", List.of(new Series.Point(0, 0), new Series.Point(10, 10))));
    }

    @Test
    void aPlaceThatIsPointedOutIsToldInWordsBelow() throws Exception {
        Document without = parsed(crossing().svg());
        Document with = parsed(crossing().pointOut(0, 5, 5, "they cross").svg());
        assertThat(elements(with, "text"))
                .extracting(Element::getTextContent)
                .contains("1", "1  they cross");
        assertThat(height(with)).isGreaterThan(height(without));
    }

    @Test
    void numbersOfPlacesDoNotCoverEachOther() throws Exception {
        Document picture =
                parsed(crossing().pointOut(0, 5, 5, "one").pointOut(0, 5, 5, "other").svg());
        assertThat(elements(picture, "circle"))
                .filteredOn(circle -> circle.getAttribute("class").equals("badge"))
                .extracting(circle -> circle.getAttribute("cy"))
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    private static double height(Document svg) {
        return Double.parseDouble(svg.getDocumentElement().getAttribute("viewBox").split(" ")[3]);
    }

    @Test
    void aLegendThatIsLongerThanThePictureHasSeveralRows() throws Exception {
        LinePlot plot = new LinePlot("title", "x", "y");
        for (int i = 0; i < 8; i++) {
            plot.add(new Series("a rather long name " + i, List.of()));
        }
        Document picture = parsed(plot.svg());
        List<Element> names =
                elements(picture, "text").stream()
                        .filter(text -> text.getTextContent().startsWith("a rather"))
                        .toList();
        assertThat(names).hasSize(8);
        assertThat(names).extracting(name -> name.getAttribute("y")).contains("32.0", "49.0");
        assertThat(names)
                .allMatch(name ->
                        Double.parseDouble(name.getAttribute("x"))
                                        + Svg.width(name.getTextContent())
                                <= 560);
    }

    @Test
    void aDistributionEndsWithItsMaximum() {
        Histogram nanos = new Histogram(3);
        nanos.recordValueWithCount(1_000_000, 999);
        nanos.recordValue(50_000_000);
        List<Series.Point> points = Percentiles.of("latency", nanos).points();
        assertThat(points.getFirst().y()).isCloseTo(1_000, within(1.0));
        assertThat(points.getLast().y()).isCloseTo(50_000, within(50.0));
        assertThat(points).extracting(Series.Point::x).isSorted().allMatch(x -> x < 100);
    }

    private static HeatMap map(double... values) {
        return new HeatMap(
                "map",
                "x",
                List.of("1", "2"),
                List.of("r"),
                new double[][] {values},
                Numbers::brief,
                false);
    }

    @Test
    void aCellThatWasNotMeasuredIsGreyAndNotZero() throws Exception {
        List<Element> cells = elements(parsed(map(0, Double.NaN).svg()), "rect");
        assertThat(cells.get(0).getAttribute("fill")).isEqualTo("#faf6ee");
        assertThat(cells.get(1).getAttribute("class")).isEqualTo("none");
        assertThat(cells.get(1).getTextContent()).contains("not measured");
    }

    @Test
    void aCellThatIsMarkedHasAnAsterisk() throws Exception {
        boolean[][] second = {{false, true}};
        assertThat(elements(parsed(map(5, 10).marking(second).svg()), "title"))
                .extracting(Element::getTextContent)
                .containsExactly("r, x 1: 5", "r, x 2: 10*");
    }

    @Test
    void coloursOfPicturesThatAreComparedMeanTheSame() throws Exception {
        double[][] larger = {{10, 100}};
        double[][] smaller = {{5, 10}};
        String alone = elements(parsed(map(5, 10).svg()), "rect").get(1).getAttribute("fill");
        List<double[][]> all = List.of(larger, smaller);
        List<Element> one = elements(parsed(map(10, 100).comparableWith(all).svg()), "rect");
        List<Element> other = elements(parsed(map(5, 10).comparableWith(all).svg()), "rect");
        assertThat(other.get(1).getAttribute("fill"))
                .isEqualTo(one.get(0).getAttribute("fill"))
                .isNotEqualTo(alone);
    }

    @Test
    void columnsOfNumbersAreFlushAndLongWordsAreWrapped() {
        String words = "the generator was late by more than is allowed";
        assertThat(
                        new HtmlPage("t")
                                .table(
                                        List.of("run", "rate", "why"),
                                        List.of(
                                                List.of("1", "25.3k", ""),
                                                List.of("2", "–", words)))
                                .html())
                .contains(
                        "<th>run</th><th class=\"number\">rate</th><th>why</th>",
                        "<td>1</td><td class=\"number\">25.3k</td>",
                        "<td class=\"words\">" + words);
    }

    @Test
    void aPageNeedsNoOtherFileAndTakesNoWordForMarkup() {
        String html =
                new HtmlPage("<b>title</b>")
                        .verdict(List.of("a < b"), true)
                        .table(List.of("h"), List.of(List.of("\"x\" & y")))
                        .figures(List.of("<svg></svg>"))
                        .html();
        assertThat(html)
                .startsWith("<!DOCTYPE html>")
                .contains("&lt;b&gt;title", "a &lt; b", "&quot;x&quot; &amp; y", "<figure><svg>")
                .doesNotContain("<b>", "<script", "src=", "href=", "url(");
    }
}
