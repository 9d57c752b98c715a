package io.skein.cluster.bridge;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the far side listens, written {@code mqtt://host:port} or {@code mqtts://host:port}. */
record FarAddress(String host, int port, boolean isEncrypted) {
    private static final Pattern FORM =
            Pattern.compile("(mqtts?)://(\\[[0-9A-Fa-f:.]+\\]|[^\\s:/@\\[\\]]+)(?::(\\d{1,5}))?/?");
    private static final int PORT = 1883;
    private static final int PORT_ENCRYPTED = 8883;

    static FarAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not mqtt://host[:port] or mqtts://host[:port]");
        }
        boolean encrypted = matcher.group(1).equals("mqtts");
        int port =
                matcher.group(3) == null
                        ? encrypted ? PORT_ENCRYPTED : PORT
                        : Integer.parseInt(matcher.group(3));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(port + " is no port: 1 to 65535");
        }
        return new FarAddress(matcher.group(2).replaceAll("[\\[\\]]", ""), port, encrypted);
    }

    /** {@code host:port}. */
    String hostAndPort() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    @Override
    public String toString() {
        return (isEncrypted ? "mqtts://" : "mqtt://") + hostAndPort();
    }
}
