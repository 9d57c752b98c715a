package io.skein.server.config;

import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.security.rules.RuleBook;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML file with {@code rules} and {@code groups} as they stand below {@code security}. */
public final class RulesFile {
    private static final String SECTION = "security.";

    private RulesFile() {}

    /**
     * The rules of a file.
     *
     * @throws IOException if it cannot be read or is wrong; the message says where and why
     */
    public static RuleBook read(Path path) throws IOException {
        String name = path.toString();
        List<Problem> problems = new ArrayList<>();
        Map<String, Setting> settings = new LinkedHashMap<>();
        try (Reader text = Files.newBufferedReader(path)) {
            for (Setting setting : YamlSettings.read(name, text, problems).values()) {
                String inner = SECTION + setting.path();
                if (inner.startsWith(SecurityKeys.RULES) || inner.startsWith(SecurityKeys.GROUPS)) {
                    settings.put(inner, new Setting(inner, setting.value(), setting.where()));
                } else {
                    problems.add(
                            new Problem(
                                    setting.where(),
                                    "unknown key '%s'; known are groups, rules"
                                            .formatted(setting.path())));
                }
            }
        }
        SettingsReader reader = new SettingsReader(settings, problems);
        reader.refuseUnknown();
        RuleBook rules = new SecurityReader(reader, name, problems).rules();
        if (!problems.isEmpty()) {
            throw new IOException(
                    new ConfigurationException(problems.stream().distinct().toList()).getMessage());
        }
        return rules;
    }
}
