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
    void anAxisEndsAtARoundNumber() {
        Axis axis = Axis.fromZero(870);
        assertThat(axis.maximum()).isEqualTo(1_000);
        assertThat(axis.ticks()).startsWith(0.0, 200.0).endsWith(1_000.0);
        assertThat(axis.position(500)).isEqualTo(0.5);
        assertThat(axis.position(9_999)).isEqualTo(1);
    }

    @Test
    void eachDecadeHasTheSameLength() {
        Axis axis = Axis.decades(3, 2_000);
        assertThat(axis.ticks()).containsExactly(1.0, 10.0, 100.0, 1_000.0, 10_000.0);
        assertThat(axis.position(100)).isCloseTo(0.5, within(1e-9));
        assertThat(axis.position(0)).isZero();
    }

    @Test
    void barsAreAsLongAsTheirValues() throws Exception {
        String svg =
                new BarPlot("<rates>", Numbers::brief)
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
        assertThat(svg).contains("not measured", "&lt;rates&gt;");
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
        assertThat(path).as("the top of the picture").contains(" 44.0");
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
