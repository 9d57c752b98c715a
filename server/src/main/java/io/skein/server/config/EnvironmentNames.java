package io.skein.server.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of environment variables for keys: {@code limits.receive-maximum} is {@code
 * SKEIN_LIMITS_RECEIVE_MAXIMUM}, {@code listeners.0.bind} is {@code SKEIN_LISTENERS_0_BIND}. Below
 * {@code cluster} an underscore stands for a hyphen unless the file has the option with another
 * sign.
 */
final class EnvironmentNames {
    private static final String PREFIX = "SKEIN_";
    private static final String CLUSTER_PREFIX = of(Keys.CLUSTER) + "_";
    private static final Pattern PLACED =
            Pattern.compile(PREFIX + "[A-Z_]+?_(0|[1-9]\\d{0,4})_(.+)");

    /** A place in a list of an architecture's options. */
    private static final Pattern PLACE = Pattern.compile("_(0|[1-9]\\d{0,4})_");

    /** What start scripts use. */
    private static final Set<String> OF_SCRIPTS =
            Set.of("SKEIN_HOME", "SKEIN_JAVA_OPTIONS", "SKEIN_BUILD");

    /** Kubernetes adds these for every service whose name begins with skein. */
    private static final Pattern OF_SERVICES =
            Pattern.compile(
                    PREFIX
                            + "(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP)(_\\w+)?)");

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp)://.*");

    private EnvironmentNames() {}

    /** The variable of a key. */
    static String of(String path) {
        return PREFIX + path.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Whether a variable means to set a key. */
    static boolean isMeant(String variable, String value) {
        boolean ofService =
                OF_SERVICES.matcher(variable).matches()
                        || (variable.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
        return variable.startsWith(PREFIX) && !OF_SCRIPTS.contains(variable) && !ofService;
    }

    /** The key a variable sets, if there is one. */
    static Optional<String> path(String variable, Collection<String> pathsOfFile) {
        Matcher placed = PLACED.matcher(variable);
        for (Key<?> key : Keys.all()) {
            String path =
                    placed.matches() ? key.path().replace("[]", "." + placed.group(1)) : key.path();
            if (of(path).equals(variable)) {
                return Optional.of(path);
            }
        }
        if (!variable.startsWith(CLUSTER_PREFIX)) {
            return Optional.empty();
        }
        String option = variable.substring(CLUSTER_PREFIX.length()).toLowerCase(Locale.ROOT);
        String standard =
                Keys.CLUSTER + "." + PLACE.matcher(option).replaceAll(".$1.").replace('_', '-');
        return Optional.of(
                pathsOfFile.stream()
                        .filter(path -> of(path).equals(variable))
                        .findFirst()
                        .orElse(standard));
    }

    /** The right name for a wrong one. */
    static Optional<String> nearest(String variable) {
        Matcher placed = PLACED.matcher(variable);
        String place = "." + (placed.matches() ? placed.group(1) : "0");
        List<String> names =
                Keys.all().stream().map(key -> of(key.path().replace("[]", place))).toList();
        return NearestName.of(variable, names);
    }
}
