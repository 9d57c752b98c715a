package io.skein.cli.mosquitto;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Translates one configuration of Mosquitto 2. Where Mosquitto's own defaults matter for who may
 * connect and for what is kept they are translated too; limits that the file does not speak of are
 * Skein's.
 */
public final class MosquittoImport {
    private static final String DEFAULT = "Mosquitto's default";
    private static final Line DEFAULT_PORT = new Line(DEFAULT, "port", "1883");
    private static final Line LOCAL_PORT = new Line(DEFAULT, "port", "1883 127.0.0.1");
    private static final Line LOCAL = new Line(DEFAULT, "allow_anonymous", "true");
    private static final Pattern DURATION = Pattern.compile("(\\d+)([hdwmy])");
    private static final long HOUR_SECONDS = 3_600;
    private static final Map<String, Long> UNIT_SECONDS =
            Map.of(
                    "h", HOUR_SECONDS,
                    "d", 24 * HOUR_SECONDS,
                    "w", 7 * 24 * HOUR_SECONDS,
                    "m", 30 * 24 * HOUR_SECONDS,
                    "y", 365 * 24 * HOUR_SECONDS);

    private static final long FOR_EVER_SECONDS = 0xFFFF_FFFFL;
    private static final int PACKET_MAXIMUM = 268_435_460;
    private static final int PACKET_HEADROOM = 65_535 + 64;

    private final Translation translation = new Translation();
    private final List<MosquittoListener> listeners = new ArrayList<>();
    private final List<Line> beforeListeners = new ArrayList<>();
    private final List<Line> general = new ArrayList<>();
    private boolean perListener;

    private MosquittoImport() {}

    /**
     * Reads and translates.
     *
     * @throws IOException if one of the files cannot be read
     */
    public static Translation of(Path file) throws IOException {
        MosquittoImport translator = new MosquittoImport();
        List<Line> lines = MosquittoFile.configuration(file);
        translator.perListener =
                lines.stream()
                        .anyMatch(line ->
                                line.option().equals("per_listener_settings") && line.isTrue());
        translator.sort(lines);
        translator.translate();
        return translator.translation;
    }

    /** Finds out what each line is about. */
    private void sort(List<Line> lines) {
        MosquittoListener last = null;
        MosquittoListener standard = null;
        for (Line line : lines) {
            String option = line.option();
            if (Options.isOfBridge(option)) {
                translation.note(Note.of(line, "was left out: bridges are not translated"));
            } else if (option.equals("listener")) {
                last = open(line);
            } else if (option.equals("port")) {
                standard = open(line);
            } else if (!Options.isOfListener(option, perListener)) {
                general.add(line);
            } else if (last != null) {
                last.add(line);
            } else {
                beforeListeners.add(line);
            }
        }
        ofStandardListener(standard);
    }

    private @Nullable MosquittoListener open(Line line) {
        MosquittoListener listener = new MosquittoListener(line);
        if (listener.isUnixSocket()) {
            translation.note(Note.of(line, "was left out: there are no Unix sockets"));
        } else {
            listeners.add(listener);
        }
        return listener;
    }

    /**
     * What stands before the first listener is about the one that {@code port} opens, or that
     * Mosquitto opens because it was spoken of. Where none is opened, Mosquitto serves this machine
     * alone, and everybody on it.
     */
    private void ofStandardListener(@Nullable MosquittoListener named) {
        MosquittoListener standard = named;
        if (standard == null && beforeListeners.stream().anyMatch(Options::opensListener)) {
            standard = new MosquittoListener(DEFAULT_PORT);
            listeners.add(standard);
        } else if (standard == null && listeners.isEmpty()) {
            standard = new MosquittoListener(LOCAL_PORT);
            listeners.add(standard);
            onThisMachine(standard);
        }
        for (Line line : beforeListeners) {
            if (standard == null) {
                translation.note(
                        Note.of(line, "was left out: it stands before the first listener"));
            } else {
                standard.add(line);
            }
        }
    }

    private void onThisMachine(MosquittoListener local) {
        Line told = last(perListener ? beforeListeners : general, "allow_anonymous");
        if (told == null) {
            local.add(LOCAL);
        } else if (!told.isTrue()) {
            translation.note(
                    Note.of(
                            told,
                            "is obeyed; Mosquitto ignores it as long as no listener is defined, and"
                                    + " lets everybody on this machine in"));
        }
    }

    private void translate() {
        Line anonymous = last(general, "allow_anonymous");
        for (int place = 0; place < listeners.size(); place++) {
            MosquittoListener listener = listeners.get(place);
            Line own = listener.option("allow_anonymous");
            listener.translate(translation, place, own == null ? anonymous : own);
            if (letsNobodyIn(listener, place)) {
                translation.note(
                        Note.of(
                                listener.opened(),
                                "lets nobody in, as with Mosquitto 2: there is no password_file and"
                                        + " no 'allow_anonymous true', which is what Mosquitto 1"
                                        + " took for granted; add one of them and import again"));
            }
        }
        if (last(general, "persistence") == null) {
            translation.set("durability", "none", DEFAULT + ": persistence false");
        }
        general.forEach(this::general);
        ofAll(
                "password_file",
                line -> translation.set("security.password-file", line.value(), line));
        ofAll("acl_file", this::accessList);
    }

    private boolean letsNobodyIn(MosquittoListener listener, int place) {
        String path = "listeners." + place + ".";
        return !Boolean.parseBoolean(translation.value(path + "allow-anonymous"))
                && !Boolean.parseBoolean(translation.value(path + "certificate-login"))
                && !isSaid(listener, "password_file")
                && !isSaid(listener, "plugin")
                && !isSaid(listener, "auth_plugin")
                && !isSaid(listener, "psk_file");
    }

    private boolean isSaid(MosquittoListener listener, String option) {
        return listener.option(option) != null || last(general, option) != null;
    }

    private static @Nullable Line last(List<Line> lines, String option) {
        return lines.stream()
                .filter(line -> line.option().equals(option))
                .reduce((_, later) -> later)
                .orElse(null);
    }

    /** Translates a file that holds for all listeners; where they differ, nobody's. */
    private void ofAll(String option, Consumer<Line> translate) {
        Line ofAll = last(general, option);
        if (ofAll != null) {
            translate.accept(ofAll);
            return;
        }
        List<Line> own =
                listeners.stream()
                        .map(listener -> listener.option(option))
                        .filter(Objects::nonNull)
                        .toList();
        Set<String> files = new HashSet<>();
        own.forEach(line -> files.add(line.value()));
        if (files.size() == 1 && own.size() == listeners.size()) {
            translate.accept(own.getFirst());
            return;
        }
        for (Line line : own) {
            translation.note(
                    Note.weaker(
                            line,
                            "was left out: in Skein it holds for all listeners, and they differ"));
        }
    }

    private void accessList(Line line) {
        try {
            new AccessList(translation).translate(MosquittoFile.lines(Path.of(line.value())));
        } catch (IOException e) {
            translation.note(Note.weaker(line, "was left out: it cannot be read"));
            return;
        }
        translation.note(
                Note.of(
                        line,
                        "is translated, but Skein refuses a subscription that is not allowed as a"
                                + " whole, where Mosquitto drops its messages, and a client id or"
                                + " user name with '/' never stands for %c or %u"));
        if (translation.value("security.password-file").isEmpty()
                && listeners.stream().noneMatch(MosquittoListener::namesUsersByCertificate)) {
            translation.note(
                    Note.of(
                            line,
                            "has rules for users, who are nobody in Skein without a password_file"
                                    + " or certificates: a name alone proves nothing"));
        }
    }

    private void general(Line line) {
        String value = line.value();
        switch (line.option()) {
            case "persistence" ->
                    translation.set("durability", line.isTrue() ? "sync" : "none", line);
            case "persistence_location" ->
                    translation.set("data", Path.of(value).resolve("skein"), line);
            case "persistent_client_expiration" -> expiry(line);
            case "max_inflight_messages" ->
                    limit(line, "limits.inflight-maximum", value.equals("0") ? "65535" : value);
            case "max_queued_messages" ->
                    limit(
                            line,
                            "limits.queued-messages-maximum",
                            value.equals("0") ? Integer.toString(Integer.MAX_VALUE) : value);
            case "max_queued_bytes" -> {
                if (!value.equals("0")) {
                    limit(line, "limits.queued-bytes-maximum", value);
                }
            }
            case "max_packet_size" -> limit(line, "limits.packet-bytes-maximum", value);
            case "message_size_limit" -> messageSize(line);
            case "max_keepalive" -> limit(line, "limits.keep-alive-seconds-maximum", value);
            case "log_type" -> logType(line);
            case "log_dest" -> logDestination(line);
            case "allow_anonymous", "password_file", "acl_file" -> {
                // translated with the listeners
            }
            default -> {
                if (Options.restricts(line.option())) {
                    translation.note(Note.weaker(line, Options.why(line.option())));
                } else if (!Options.makesNoDifference(line.option())) {
                    translation.note(Note.of(line, Options.why(line.option())));
                }
            }
        }
    }

    private void limit(Line line, String key, String value) {
        if (value.matches("\\d+")) {
            translation.set(key, value, line);
        } else {
            translation.note(Note.of(line, "was left out: that is no number"));
        }
    }

    /** Mosquitto counts the payload, Skein the packet. */
    private void messageSize(Line line) {
        if (!line.value().matches("\\d{1,9}")) {
            translation.note(Note.of(line, "was left out: that is no number of bytes"));
        } else if (!line.value().equals("0")
                && translation.value("limits.packet-bytes-maximum").isEmpty()) {
            int bytes = Integer.parseInt(line.value());
            translation.set(
                    "limits.packet-bytes-maximum",
                    Math.min(PACKET_MAXIMUM, bytes + PACKET_HEADROOM),
                    line);
        }
    }

    private void expiry(Line line) {
        Matcher duration = DURATION.matcher(line.value());
        if (duration.matches()) {
            long seconds =
                    Long.parseLong(duration.group(1))
                            * UNIT_SECONDS.getOrDefault(duration.group(2), 1L);
            translation.set(
                    "limits.session-expiry-seconds-maximum",
                    Math.min(seconds, FOR_EVER_SECONDS),
                    line);
        } else {
            translation.note(Note.of(line, "was left out: that is no duration like 14d"));
        }
    }

    /** The most talkative of the types decides. */
    private void logType(Line line) {
        List<String> levels = List.of("error", "warn", "info", "debug");
        String level =
                switch (line.value()) {
                    case "error" -> "error";
                    case "warning" -> "warn";
                    case "notice", "information" -> "info";
                    case "debug", "all", "subscribe", "unsubscribe", "websockets" -> "debug";
                    default -> "";
                };
        if (level.isEmpty()) {
            translation.note(Note.of(line, "was left out: see log.level"));
        } else if (levels.indexOf(level) > levels.indexOf(translation.value("log.level"))) {
            translation.set("log.level", level, line);
        }
    }

    private void logDestination(Line line) {
        String[] words = line.value().split("\\s+", 2);
        if (words[0].equals("file") && words.length == 2) {
            translation.set("log.file", words[1], line);
        } else if (!words[0].equals("stderr")) {
            translation.note(
                    Note.of(line, "was left out: the log goes to standard error or a file"));
        }
    }
}
