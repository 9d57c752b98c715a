package io.skein.lab.edge;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What things cost, by a file that the user edits; {@code costs.yaml} explains each figure. Amounts
 * are in one currency.
 */
record CostModel(
        String currency,
        double cloudBrokerHour,
        double cloudBrokerMessagesPerSecond,
        double cloudMessageMillion,
        double egressGb,
        Map<String, Double> uplinkGb,
        double edgeHardware,
        double edgeYears,
        double edgeWatts,
        double electricityKwh,
        double edgeCareMonth,
        double edgeMessagesPerSecond,
        double readBackShare) {
    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .build();

    private static final Pattern MISSING = Pattern.compile("creator property '(\\w+)'");

    CostModel {
        uplinkGb = Map.copyOf(uplinkGb);
        notBelowZero(cloudBrokerHour, "cloud_broker_hour");
        above(cloudBrokerMessagesPerSecond, "cloud_broker_messages_per_second");
        notBelowZero(cloudMessageMillion, "cloud_message_million");
        notBelowZero(egressGb, "egress_gb");
        uplinkGb.forEach((link, cost) -> notBelowZero(cost, "uplink_gb of " + link));
        notBelowZero(edgeHardware, "edge_hardware");
        above(edgeYears, "edge_years");
        notBelowZero(edgeWatts, "edge_watts");
        notBelowZero(electricityKwh, "electricity_kwh");
        notBelowZero(edgeCareMonth, "edge_care_month");
        above(edgeMessagesPerSecond, "edge_messages_per_second");
        notBelowZero(readBackShare, "read_back_share");
    }

    private static void notBelowZero(double value, String name) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " is 0 or above, not " + value);
        }
    }

    private static void above(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " is above 0, not " + value);
        }
    }

    /** The file that is shipped: an example in every figure. */
    static String example() {
        try (InputStream in = CostModel.class.getResourceAsStream("costs.yaml")) {
            if (in == null) {
                throw new IllegalStateException("no example of costs");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The model in a file.
     *
     * @throws IllegalArgumentException if something is missing, unknown or out of its bounds; the
     *     message names file and figure
     */
    static CostModel parse(String text, String file) {
        try {
            return YAML.readValue(text, CostModel.class);
        } catch (UnrecognizedPropertyException e) {
            throw new IllegalArgumentException(
                    "%s: there is no cost '%s'".formatted(file, e.getPropertyName()), e);
        } catch (IOException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            Matcher missing = MISSING.matcher(message);
            throw new IllegalArgumentException(
                    "%s: %s"
                            .formatted(
                                    file,
                                    missing.find() ? missing.group(1) + " is missing" : message),
                    e);
        }
    }

    /** What a GB costs the plant on this link, both directions alike. */
    double uplink(String link) {
        return uplinkGb.getOrDefault(link, uplinkGb.getOrDefault("default", 0.0));
    }
}
