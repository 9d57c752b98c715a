package io.skein.lab.history;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.skein.lab.history.Event.Acknowledged;
import io.skein.lab.history.Event.Closed;
import io.skein.lab.history.Event.Connect;
import io.skein.lab.history.Event.Connected;
import io.skein.lab.history.Event.Disconnect;
import io.skein.lab.history.Event.Failed;
import io.skein.lab.history.Event.FaultBegun;
import io.skein.lab.history.Event.FaultEnded;
import io.skein.lab.history.Event.Publish;
import io.skein.lab.history.Event.Published;
import io.skein.lab.history.Event.Reached;
import io.skein.lab.history.Event.Received;
import io.skein.lab.history.Event.Start;
import io.skein.lab.history.Event.Subscribe;
import io.skein.lab.history.Event.Subscribed;
import io.skein.lab.history.Event.Unknown;
import io.skein.lab.history.Event.Unsubscribe;
import io.skein.lab.history.Event.Unsubscribed;
import io.skein.mqtt.QoS;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of one JSON object, from which its event is made. Fields not known are skipped. */
final class EventFields {
    private final Map<String, Long> numbers = new HashMap<>();
    private final Map<String, String> texts = new HashMap<>();
    private final List<Integer> identifiers = new ArrayList<>();
    private @Nullable EventFields will;

    EventFields(JsonParser parser) throws IOException {
        if (parser.currentToken() == null && parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException("not an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            switch (parser.nextToken()) {
                case VALUE_NUMBER_INT -> numbers.put(name, parser.getLongValue());
                case VALUE_STRING -> texts.put(name, parser.getText());
                case VALUE_TRUE -> numbers.put(name, 1L);
                case START_OBJECT -> readObject(name, parser);
                case START_ARRAY -> readArray(name, parser);
                default -> {}
            }
        }
    }

    private void readObject(String name, JsonParser parser) throws IOException {
        EventFields inner = new EventFields(parser);
        if (name.equals("will")) {
            will = inner;
        }
    }

    private void readArray(String name, JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (name.equals("identifiers")) {
                identifiers.add(parser.getIntValue());
            }
        }
    }

    Entry entry() {
        return new Entry(required("i"), required("ns"), event());
    }

    private Event event() {
        return switch (text("event")) {
            case "start" ->
                    new Start(
                            text("target"),
                            number("seed"),
                            text("started_at"),
                            text("command_line"));
            case "connect" -> connect();
            case "connected" ->
                    new Connected(op(), flag("session_present"), number("expiry_seconds"));
            case "disconnect" -> new Disconnect(connection(), reason(), seconds("expiry_seconds"));
            case "closed" ->
                    new Closed(connection(), name(Closing.class, "by"), reason(), text("words"));
            case "publish" ->
                    new Publish(
                            op(),
                            connection(),
                            topic(),
                            message(),
                            qos(),
                            flag("retain"),
                            seconds("expiry_seconds"));
            case "published" -> new Published(op(), connection(), reason());
            case "subscribe" -> subscribe();
            case "subscribed" -> new Subscribed(op(), qos());
            case "unsubscribe" -> new Unsubscribe(op(), connection(), requiredText("filter"));
            case "unsubscribed" -> new Unsubscribed(op(), reason());
            case "failed" -> new Failed(op(), reason(), text("words"));
            case "unknown" -> new Unknown(op(), text("words"));
            case "received" -> received();
            case "acknowledged" -> new Acknowledged(connection(), (int) number("packet_id"));
            case "fault" ->
                    new FaultBegun(
                            (int) number("fault"),
                            requiredText("kind"),
                            text("node"),
                            text("words"));
            case "fault-end" -> new FaultEnded((int) number("fault"), text("words"));
            case "phase" -> new Reached(name(Phase.class, "phase"));
            default -> throw new IllegalArgumentException("no event '" + text("event") + "'");
        };
    }

    private Connect connect() {
        return new Connect(
                op(),
                requiredText("client"),
                text("node"),
                (int) required("version"),
                flag("clean_start"),
                number("expiry_seconds"),
                (int) number("keep_alive_seconds"),
                will == null ? null : will.willMessage());
    }

    private WillMessage willMessage() {
        MessageId message = message();
        if (message == null) {
            throw new IllegalArgumentException("the will has no publisher");
        }
        return new WillMessage(topic(), message, qos(), flag("retain"), number("delay_seconds"));
    }

    private Subscribe subscribe() {
        return new Subscribe(
                op(),
                connection(),
                requiredText("filter"),
                qos(),
                flag("no_local"),
                flag("retain_as_published"),
                (int) number("retain_handling"),
                (int) number("identifier"));
    }

    private Received received() {
        return new Received(
                connection(),
                (int) number("packet_id"),
                topic(),
                message(),
                qos(),
                flag("dup"),
                flag("retain"),
                identifiers,
                text("defect"));
    }

    private long op() {
        return required("op");
    }

    private long connection() {
        return required("connection");
    }

    private int reason() {
        return (int) number("reason");
    }

    private String topic() {
        return requiredText("topic");
    }

    private QoS qos() {
        return QoS.of((int) number("qos"));
    }

    private @Nullable MessageId message() {
        return numbers.containsKey("publisher")
                ? new MessageId((int) number("publisher"), number("sequence"))
                : null;
    }

    private long number(String name) {
        return numbers.getOrDefault(name, 0L);
    }

    private long seconds(String name) {
        return numbers.getOrDefault(name, Event.UNSET);
    }

    private boolean flag(String name) {
        return number(name) == 1;
    }

    private String text(String name) {
        return texts.getOrDefault(name, "");
    }

    private long required(String name) {
        Long value = numbers.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }

    private String requiredText(String name) {
        String value = texts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }

    private <E extends Enum<E>> E name(Class<E> type, String name) {
        return Enum.valueOf(type, requiredText(name).toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
