package io.skein.server.security;

import io.skein.broker.Applicant;
import io.skein.mqtt.ReasonCode;
import io.skein.server.security.rules.Action;
import io.skein.server.security.rules.Denials;
import io.skein.server.security.rules.Subject;
import java.net.InetAddress;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what was denied to the logger {@code audit}, one line for each: who, from where, what and
 * why, as {@code name="value"}. Of the same again and again the first is written at once and the
 * rest as a sum every ten seconds. Any thread may call.
 */
final class Audit implements Denials {
    private static final Logger LOG = LoggerFactory.getLogger("audit");
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int BURSTS_MAXIMUM = 1_024;
    private static final int VALUE_CHARACTERS = 200;

    /** What counts as the same: logins by address, the rest by client. */
    private record Kind(String event, String whose) {}

    private static final class Burst {
        final long sinceNanos;
        long more;

        Burst(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }

    private final Map<Kind, Burst> bursts = new LinkedHashMap<>();
    private long beyond;

    /** A client was not let in. */
    void loginDenied(Applicant applicant, ReasonCode reason, String why) {
        InetAddress address = ClientAddress.of(applicant.peer().address());
        if (isFirst(new Kind("login-denied", text(address)))) {
            write(
                    "login-denied client=%s user=%s address=%s listener=%s reason=%s why=%s"
                            .formatted(
                                    quoted(applicant.clientId()),
                                    quoted(applicant.username()),
                                    quoted(applicant.peer().address()),
                                    quoted(applicant.peer().listener()),
                                    quoted("0x%02X".formatted(reason.value())),
                                    quoted(why)));
        }
    }

    @Override
    public void denied(Subject subject, Action action, String topic) {
        String event = action.name().toLowerCase(Locale.ROOT) + "-denied";
        if (isFirst(new Kind(event, subject.clientId()))) {
            write(
                    "%s client=%s user=%s address=%s topic=%s"
                            .formatted(
                                    event,
                                    quoted(subject.clientId()),
                                    quoted(subject.username()),
                                    quoted(text(subject.address())),
                                    quoted(topic)));
        }
    }

    private synchronized boolean isFirst(Kind kind) {
        Burst burst = bursts.get(kind);
        if (burst != null) {
            burst.more++;
            return false;
        }
        if (bursts.size() >= BURSTS_MAXIMUM) {
            beyond++;
            return false;
        }
        bursts.put(kind, new Burst(System.nanoTime()));
        return true;
    }

    /** Writes the sums that are due; called every second or so. */
    void writeSums() {
        writeSums(WINDOW_NANOS);
    }

    /** Writes all sums. */
    void close() {
        writeSums(0);
    }

    private synchronized void writeSums(long leastNanos) {
        long now = System.nanoTime();
        Iterator<Map.Entry<Kind, Burst>> entries = bursts.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Kind, Burst> entry = entries.next();
            Burst burst = entry.getValue();
            if (now - burst.sinceNanos < leastNanos) {
                break; // the rest is younger
            }
            entries.remove();
            if (burst.more > 0) {
                Kind kind = entry.getKey();
                String whose = kind.event().equals("login-denied") ? "address" : "client";
                write(
                        "%s %s=%s times=%d"
                                .formatted(kind.event(), whose, quoted(kind.whose()), burst.more));
            }
        }
        if (beyond > 0) {
            write("denied-elsewhere times=%d".formatted(beyond));
            beyond = 0;
        }
    }

    private static void write(String line) {
        LOG.warn("{}", line);
    }

    private static String text(@Nullable InetAddress address) {
        return address == null ? "-" : address.getHostAddress();
    }

    /** In quotes and on one line, whatever a client has made of it. */
    private static String quoted(@Nullable String value) {
        if (value == null) {
            return "-";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < value.length() && i < VALUE_CHARACTERS; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ' || (c >= 0x7F && c < 0xA0) || isInvisible(c)) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append(value.length() > VALUE_CHARACTERS ? "...\"" : "\"").toString();
    }

    /** Line and paragraph separators, marks that change the direction, and the like. */
    private static boolean isInvisible(char c) {
        return switch (Character.getType(c)) {
            case Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.FORMAT,
                    Character.SURROGATE ->
                    true;
            default -> false;
        };
    }
}
