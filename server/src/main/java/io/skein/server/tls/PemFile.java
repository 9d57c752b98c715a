package io.skein.server.tls;

import io.skein.server.files.FileProblem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The blocks of a PEM file in their order.
 *
 * @param file where they were found
 */
record PemFile(Path file, List<Block> blocks) {
    /** More than any chain or list of authorities has. */
    private static final int BYTES_MAXIMUM = 4 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /**
     * What stands between BEGIN and END.
     *
     * @param type such as {@code CERTIFICATE}
     * @param text the content as written
     */
    record Block(String type, String text) {
        /** The content; headers as those of keys that OpenSSL encrypted itself are refused. */
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }

        boolean hasHeaders() {
            return text.indexOf(':') >= 0;
        }
    }

    /**
     * Reads a file.
     *
     * @param what what it is for, for messages
     */
    static PemFile read(String what, Path file) throws TlsException {
        try {
            if (Files.size(file) > BYTES_MAXIMUM) {
                throw new TlsException("%s %s is larger than 4 MiB".formatted(what, file));
            }
            String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            List<Block> blocks = new ArrayList<>();
            Matcher matcher = BLOCK.matcher(text);
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            if (blocks.isEmpty()) {
                throw new TlsException(
                        "%s %s is not a PEM file: it has no -----BEGIN ... -----END block"
                                .formatted(what, file));
            }
            return new PemFile(file, blocks);
        } catch (IOException e) {
            throw new TlsException(
                    "%s %s cannot be read: %s".formatted(what, file, FileProblem.why(e)), e);
        }
    }
}
