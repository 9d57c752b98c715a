package io.skein.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The dashboard's files, from {@code dashboard/} on the class path. */
final class Pages {
    private static final String FRONT = "index.html";
    private static final Pattern FILE = Pattern.compile("/([a-z0-9-]+\\.([a-z]+))");
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml");

    private Pages() {}

    /** The file of a path, if there is one. */
    static Optional<Answer> find(String path) throws IOException {
        Matcher file = FILE.matcher(path.equals("/") ? "/" + FRONT : path);
        String type = file.matches() ? TYPES.get(file.group(2)) : null;
        if (type == null) {
            return Optional.empty();
        }
        try (InputStream in =
                Pages.class.getClassLoader().getResourceAsStream("dashboard/" + file.group(1))) {
            return in == null
                    ? Optional.empty()
                    : Optional.of(new Answer(200, type, in.readAllBytes()));
        }
    }
}
