package io.skein.server.admin;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is to be sent to which server.
 *
 * @param client its client id
 * @param to servers as section 4.11 of MQTT 5 writes them: {@code name:port}, several with a blank
 *     between them
 * @param forGood whether it is to stay there
 */
record Redirection(String client, String to, boolean forGood) {
    private static final Set<String> NAMES = Set.of("client", "to", "permanent");
    private static final int TO_MAXIMUM = 1_000;
    private static final String SERVER =
            "(?:\\[[0-9A-Fa-f:.]+]|[^\\s:/\\[\\]\\p{Cntrl}]+)(?::\\d{1,5})?";
    private static final Pattern SERVERS = Pattern.compile(SERVER + "(?: " + SERVER + ")*");

    /**
     * Reads the parameters of a request.
     *
     * @param query what follows the question mark, undecoded; null for nothing
     */
    static Redirection of(@Nullable String query) throws RequestFault {
        Map<String, String> given = new HashMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            if (!NAMES.contains(parts[0]) || parts.length < 2) {
                throw new RequestFault(400, "parameters are client, to and permanent");
            }
            if (given.put(parts[0], decoded(parts[1])) != null) {
                throw new RequestFault(400, "there are two of " + parts[0]);
            }
        }
        String client = given.getOrDefault("client", "");
        String to = given.getOrDefault("to", "");
        String permanent = given.getOrDefault("permanent", "false");
        if (client.isEmpty()) {
            throw new RequestFault(400, "client is the id of a client");
        }
        if (to.length() > TO_MAXIMUM || !SERVERS.matcher(to).matches()) {
            throw new RequestFault(400, "to is one or more servers like broker.example.com:1883");
        }
        if (!permanent.equals("true") && !permanent.equals("false")) {
            throw new RequestFault(400, "permanent is true or false");
        }
        return new Redirection(client, to, permanent.equals("true"));
    }

    private static String decoded(String value) throws RequestFault {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RequestFault(400, "what follows a % is no byte");
        }
    }
}
