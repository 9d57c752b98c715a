package io.skein.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.ConfigurationSource;
import io.skein.server.config.EffectiveSetting;
import io.skein.server.config.EffectiveYaml;
import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A configuration, or what is wrong with it, for people and programs. */
final class ConfigurationReport {
    private static final Pattern FILE_AND_LINE = Pattern.compile("(.+):(\\d+)");
    private static final JsonMapper JSON = new JsonMapper();

    private ConfigurationReport() {}

    /** Prints whether a configuration is valid, in JSON, and returns the exit code. */
    static int check(ConfigurationSource source, PrintWriter out) {
        List<Problem> problems = List.of();
        try {
            source.load();
        } catch (ConfigurationException e) {
            problems = e.problems();
        }
        ObjectNode report = JSON.createObjectNode().put("valid", problems.isEmpty());
        ArrayNode list = report.putArray("problems");
        for (Problem problem : problems) {
            ObjectNode entry = list.addObject().put("where", problem.where());
            Matcher place = FILE_AND_LINE.matcher(problem.where());
            if (place.matches()) {
                entry.put("file", place.group(1)).put("line", Integer.parseInt(place.group(2)));
            }
            entry.put("message", problem.message());
        }
        out.println(report.toPrettyString());
        out.flush();
        return problems.isEmpty() ? 0 : Failures.CONFIGURATION_WRONG;
    }

    /** What holds and where it comes from. */
    static String settings(Configuration configuration, boolean json) {
        if (!json) {
            return EffectiveYaml.of(configuration.settings());
        }
        ObjectNode report = JSON.createObjectNode();
        ArrayNode list = report.putArray("settings");
        for (EffectiveSetting setting : configuration.settings()) {
            list.addObject()
                    .put("key", setting.path())
                    .put("value", setting.shown())
                    .put("origin", setting.origin())
                    .put("reloadable", setting.isReloadable());
        }
        return report.toPrettyString() + System.lineSeparator();
    }
}
