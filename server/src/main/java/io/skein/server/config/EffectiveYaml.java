package io.skein.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Settings as YAML that can be read again, each with its origin as a comment. Secrets are masked.
 */
public final class EffectiveYaml {
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9/]([A-Za-z0-9_./:,@-]*[A-Za-z0-9_/-])?");

    private static final String INDENT = "  ";
    private static final int ORIGIN_COLUMN = 52;

    private final StringBuilder text = new StringBuilder();

    private EffectiveYaml() {}

    /** The whole text; lines end with a line feed. */
    public static String of(List<EffectiveSetting> settings) {
        EffectiveYaml yaml = new EffectiveYaml();
        yaml.section(settings, 0, "");
        return yaml.text.toString();
    }

    /** The settings have the first {@code depth} names of their paths in common. */
    private void section(List<EffectiveSetting> settings, int depth, String indent) {
        boolean isList =
                settings.stream().allMatch(setting -> name(setting, depth).matches("\\d+"));
        Map<String, List<EffectiveSetting>> byName = new LinkedHashMap<>();
        for (EffectiveSetting setting : settings) {
            byName.computeIfAbsent(name(setting, depth), _ -> new ArrayList<>()).add(setting);
        }
        byName.forEach((name, inner) -> {
            if (isList) {
                item(inner, depth + 1, indent);
            } else if (inner.size() == 1 && names(inner.getFirst()).length == depth + 1) {
                value(name, inner.getFirst(), indent);
            } else {
                text.append(indent).append(name).append(":\n");
                section(inner, depth + 1, indent + INDENT);
            }
        });
    }

    private void item(List<EffectiveSetting> settings, int depth, String indent) {
        int start = text.length();
        section(settings, depth, indent + INDENT);
        text.replace(start + indent.length(), start + indent.length() + INDENT.length(), "- ");
    }

    private void value(String name, EffectiveSetting setting, String indent) {
        int start = text.length();
        text.append(indent).append(name).append(": ").append(quoted(setting.shown()));
        text.repeat(' ', Math.max(1, ORIGIN_COLUMN - (text.length() - start)));
        text.append("# ").append(setting.origin().replaceAll("\\R", " ")).append('\n');
    }

    private static String name(EffectiveSetting setting, int depth) {
        return names(setting)[depth];
    }

    private static String[] names(EffectiveSetting setting) {
        return setting.path().split("\\.", -1);
    }

    /** As YAML takes it for this very text. */
    static String quoted(String value) {
        if (PLAIN.matcher(value).matches() && !value.equalsIgnoreCase("null")) {
            return value;
        }
        StringBuilder quoted = new StringBuilder("\"");
        value.chars()
                .forEach(sign -> {
                    switch (sign) {
                        case '"', '\\' -> quoted.append('\\').append((char) sign);
                        case '\n' -> quoted.append("\\n");
                        default -> quoted.append((char) sign);
                    }
                });
        return quoted.append('"').toString();
    }
}
