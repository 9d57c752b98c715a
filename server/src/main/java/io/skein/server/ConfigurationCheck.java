package io.skein.server;

import io.skein.cluster.Architecture;
import io.skein.cluster.ArchitectureOption;
import io.skein.server.config.Configuration;
import io.skein.server.config.ConfigurationException.Problem;
import io.skein.server.config.EffectiveSetting;
import io.skein.server.config.ListenerSettings;
import io.skein.server.config.NearestName;
import io.skein.server.config.RulesFile;
import io.skein.server.security.password.PasswordFile;
import io.skein.server.security.password.PasswordFileException;
import io.skein.server.tls.TlsContext;
import io.skein.server.tls.TlsException;
import io.skein.server.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What is wrong with a configuration beyond its keys: an architecture that does not exist or is
 * told what it does not understand or what contradicts itself, a data directory that cannot be one,
 * ports that collide, files of passwords, rules and certificates that cannot be used. No port is
 * taken and nothing is made, so what passes may still find a port taken.
 */
public final class ConfigurationCheck {
    private static final String OPTIONS = "cluster.";
    private static final Pattern PLACE = Pattern.compile("\\.\\d+\\.");

    private final Configuration configuration;
    private final List<Problem> problems = new ArrayList<>();

    private ConfigurationCheck(Configuration configuration) {
        this.configuration = configuration;
    }

    /** All of it; empty if a node may be started. */
    public static List<Problem> problems(Configuration configuration) {
        ConfigurationCheck check = new ConfigurationCheck(configuration);
        check.architecture();
        check.dataDirectory();
        check.adminPort();
        check.logFile();
        check.securityFiles();
        check.certificates();
        return List.copyOf(check.problems);
    }

    private void architecture() {
        Architecture architecture = Architectures.find(configuration.architecture());
        if (architecture == null) {
            problem("architecture", Architectures.unknown(configuration.architecture()));
            return;
        }
        int before = problems.size();
        List<ArchitectureOption> options = architecture.options();
        for (Map.Entry<String, String> given : configuration.cluster().entrySet()) {
            String name = given.getKey();
            options.stream()
                    .filter(option -> option.name().equals(withoutPlace(name)))
                    .findFirst()
                    .ifPresentOrElse(
                            option -> check(option, name, given.getValue()),
                            () -> problem(OPTIONS + name, unknownOption(name, options)));
        }
        if (problems.size() == before) {
            together(architecture);
        }
    }

    private void together(Architecture architecture) {
        try {
            architecture.check(configuration.nodeName(), configuration.cluster());
        } catch (IllegalArgumentException e) {
            problem("architecture", String.valueOf(e.getMessage()));
        }
    }

    /** {@code links[].name} of {@code links.0.name}. */
    private static String withoutPlace(String name) {
        return PLACE.matcher(name).replaceFirst("[].");
    }

    private void check(ArchitectureOption option, String name, String value) {
        try {
            option.check().accept(value);
        } catch (IllegalArgumentException e) {
            problem(OPTIONS + name, String.valueOf(e.getMessage()));
        }
    }

    private String unknownOption(String name, List<ArchitectureOption> options) {
        List<String> known = options.stream().map(ArchitectureOption::name).toList();
        String hint =
                NearestName.of(withoutPlace(name), known)
                        .map(nearest -> "did you mean '" + OPTIONS + nearest + "'?")
                        .orElse(
                                known.isEmpty()
                                        ? "it has none"
                                        : "it has " + String.join(", ", known));
        return "the architecture '%s' has no option '%s'; %s"
                .formatted(configuration.architecture(), name, hint);
    }

    private void dataDirectory() {
        Path directory = configuration.data().toAbsolutePath().normalize();
        Path existing = directory;
        while (existing != null && Files.notExists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null) {
            return;
        }
        if (!Files.isDirectory(existing)) {
            problem("data", "data: %s cannot be made: %s is a file".formatted(directory, existing));
        } else if (!Files.isWritable(existing)) {
            problem("data", "data: %s is not writable".formatted(existing));
        }
    }

    private void logFile() {
        Path file = configuration.log().file();
        if (file == null) {
            return;
        }
        Path absolute = file.toAbsolutePath().normalize();
        Path directory = absolute.getParent();
        if (Files.isDirectory(absolute)) {
            problem("log.file", "log.file: %s is a directory".formatted(absolute));
        } else if (directory != null && !Files.isDirectory(directory)) {
            problem("log.file", "log.file: there is no directory %s".formatted(directory));
        } else if (directory != null
                && !Files.isWritable(Files.exists(absolute) ? absolute : directory)) {
            problem("log.file", "log.file: %s is not writable".formatted(absolute));
        }
    }

    private void securityFiles() {
        Path passwords = configuration.security().passwordFile();
        Path rules = configuration.security().rulesFile();
        try {
            if (passwords != null) {
                PasswordFile.read(passwords);
            }
        } catch (PasswordFileException e) {
            problem("security.password-file", "security.password-file: " + e.getMessage());
        }
        try {
            if (rules != null) {
                RulesFile.read(rules);
            }
        } catch (NoSuchFileException e) {
            problem("security.rules-file", "security.rules-file: there is no " + e.getMessage());
        } catch (IOException e) {
            problem("security.rules-file", "security.rules-file: " + e.getMessage());
        }
    }

    private void certificates() {
        for (int place = 0; place < configuration.listeners().size(); place++) {
            ListenerSettings listener = configuration.listeners().get(place);
            TlsSettings tls = listener.rules().tls();
            try {
                if (tls != null) {
                    TlsContext.open(listener.name(), tls).close();
                }
            } catch (TlsException e) {
                problem(
                        "listeners.%d.tls.certificate".formatted(place),
                        String.valueOf(e.getMessage()));
            }
        }
    }

    private void adminPort() {
        for (int place = 0; place < configuration.listeners().size(); place++) {
            ListenerSettings listener = configuration.listeners().get(place);
            if (listener.bind().port() != 0
                    && listener.bind().equals(configuration.admin().bind())) {
                problem(
                        "admin.bind",
                        "admin.bind and listeners.%d.bind are both %s"
                                .formatted(place, listener.bind()));
            }
        }
    }

    private void problem(String path, String message) {
        problems.add(new Problem(origin(path), message));
    }

    private String origin(String path) {
        return configuration.settings().stream()
                .filter(setting -> setting.path().equals(path))
                .map(EffectiveSetting::origin)
                .findFirst()
                .orElse(path);
    }
}
