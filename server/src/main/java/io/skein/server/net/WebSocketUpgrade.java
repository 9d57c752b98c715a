package io.skein.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The one HTTP request that makes a WebSocket of a connection (RFC 6455 section 4). A request that
 * asks for anything else is answered with a line that says what is wrong, and closed.
 */
final class WebSocketUpgrade extends ChannelInboundHandlerAdapter {
    private static final String VERSION = "13";
    private static final String SUBPROTOCOL = "mqtt";

    /** RFC 6455 section 1.3: shows that the other side knows WebSocket. */
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_BYTES = 16;

    private final WebSocketSettings settings;
    private @Nullable Refusal refusal;
    private @Nullable String accept;

    /** Why a request is not granted. */
    private record Refusal(HttpResponseStatus status, String why) {}

    private WebSocketUpgrade(WebSocketSettings settings) {
        this.settings = settings;
    }

    /** Both handlers go, and {@link WebSocketFrames} comes, when the request was granted. */
    static void addTo(ChannelPipeline pipeline, WebSocketSettings settings, int requestBytes) {
        HttpDecoderConfig config =
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(requestBytes)
                        .setMaxHeaderSize(requestBytes);
        pipeline.addLast(new HttpRequestDecoder(config));
        pipeline.addLast(new WebSocketUpgrade(settings));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpRequest request && refusal == null) {
                refusal = judge(request);
                if (refusal != null) {
                    refuse(context, refusal);
                } else {
                    accept = accept(request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
                }
            }
            if (message instanceof LastHttpContent && accept != null) {
                grant(context, accept);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private @Nullable Refusal judge(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (request.decoderResult().isFailure()) {
            boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
            return tooLong
                    ? new Refusal(
                            HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                            "the request is too long (limits.upgrade-request-bytes-maximum)")
                    : new Refusal(HttpResponseStatus.BAD_REQUEST, "not an HTTP request");
        }
        String path = request.uri();
        int query = path.indexOf('?');
        if (!settings.path().equals(query < 0 ? path : path.substring(0, query))) {
            return new Refusal(
                    HttpResponseStatus.NOT_FOUND, "MQTT is at the path " + settings.path());
        }
        if (!request.method().equals(HttpMethod.GET)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
                || !headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
            return new Refusal(
                    HttpResponseStatus.UPGRADE_REQUIRED, "this port serves WebSocket only");
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Refusal(
                    HttpResponseStatus.UPGRADE_REQUIRED, "WebSocket of version 13 is expected");
        }
        if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return new Refusal(
                    HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        // [MQTT-6.0.0-3]
        if (!headers.containsValue(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL, false)) {
            return new Refusal(
                    HttpResponseStatus.BAD_REQUEST, "the subprotocol 'mqtt' is not offered");
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null && !isAllowed(origin, headers.get(HttpHeaderNames.HOST))) {
            return new Refusal(
                    HttpResponseStatus.FORBIDDEN,
                    "pages of this origin may not connect (allowed-origins)");
        }
        return null;
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private boolean isAllowed(String origin, @Nullable String host) {
        String page = hostOf(origin);
        return (page != null && page.equalsIgnoreCase(hostOf("http://" + host)))
                || settings.allowedOrigins().contains(WebSocketSettings.ANY_ORIGIN)
                || settings.allowedOrigins().stream().anyMatch(origin::equalsIgnoreCase);
    }

    private static @Nullable String hostOf(String url) {
        try {
            return new URI(url).getHost();
        } catch (URISyntaxException e) {
            return null; // "null" of a sandboxed page, or nonsense
        }
    }

    private static String accept(String key) {
        try {
            byte[] text = (key.strip() + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private static void grant(ChannelHandlerContext context, String accept) {
        String answer =
                "HTTP/1.1 101 Switching Protocols\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Connection: Upgrade\r\n"
                        + ("Sec-WebSocket-Accept: " + accept + "\r\n")
                        + ("Sec-WebSocket-Protocol: " + SUBPROTOCOL + "\r\n\r\n"); // [MQTT-6.0.0-4]
        context.writeAndFlush(bytes(context, answer));
        ChannelPipeline pipeline = context.pipeline();
        pipeline.replace(context.handler(), null, new WebSocketFrames());
        pipeline.remove(HttpRequestDecoder.class); // hands on what has arrived behind the request
    }

    private static void refuse(ChannelHandlerContext context, Refusal refusal) {
        String answer =
                "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n%s\n"
                        .formatted(
                                refusal.status(),
                                refusal.why().getBytes(StandardCharsets.UTF_8).length + 1,
                                refusal.status().equals(HttpResponseStatus.UPGRADE_REQUIRED)
                                        ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                        : "",
                                refusal.why());
        context.write(bytes(context, answer));
        context.fireUserEventTriggered(new HandshakeEvent.Failed(refusal.why()));
    }

    private static ByteBuf bytes(ChannelHandlerContext context, String text) {
        return ByteBufUtil.writeUtf8(context.alloc(), text);
    }
}
