package io.skein.lab.history;

import com.fasterxml.jackson.core.JsonGenerator;
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
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Events as JSON objects. Numbers that are 0, words that are empty and what is false are left out.
 */
final class EventJson {
    private final JsonGenerator json;

    private EventJson(JsonGenerator json) {
        this.json = json;
    }

    static void write(JsonGenerator json, Entry entry) throws IOException {
        json.writeStartObject();
        json.writeNumberField("i", entry.index());
        json.writeNumberField("ns", entry.nanos());
        new EventJson(json).event(entry.event());
        json.writeEndObject();
    }

    private void event(Event event) throws IOException {
        switch (event) {
            case Start e ->
                    kind("start")
                            .text("target", e.target())
                            .number("seed", e.seed())
                            .text("started_at", e.startedAt())
                            .text("command_line", e.commandLine());
            case Connect e -> connect(e);
            case Connected e ->
                    kind("connected")
                            .number("op", e.op())
                            .flag("session_present", e.sessionPresent())
                            .number("expiry_seconds", e.expirySeconds());
            case Disconnect e ->
                    kind("disconnect")
                            .number("connection", e.connection())
                            .number("reason", e.reason())
                            .seconds("expiry_seconds", e.expirySeconds());
            case Closed e ->
                    kind("closed")
                            .number("connection", e.connection())
                            .name("by", e.by())
                            .number("reason", e.reason())
                            .text("words", e.words());
            case Publish e -> publish(e);
            case Published e ->
                    kind("published")
                            .number("op", e.op())
                            .number("connection", e.connection())
                            .number("reason", e.reason());
            case Subscribe e -> subscribe(e);
            case Subscribed e ->
                    kind("subscribed").number("op", e.op()).number("qos", e.qos().value());
            case Unsubscribe e ->
                    kind("unsubscribe")
                            .number("op", e.op())
                            .number("connection", e.connection())
                            .text("filter", e.filter());
            case Unsubscribed e ->
                    kind("unsubscribed").number("op", e.op()).number("reason", e.reason());
            case Failed e ->
                    kind("failed")
                            .number("op", e.op())
                            .number("reason", e.reason())
                            .text("words", e.words());
            case Unknown e -> kind("unknown").number("op", e.op()).text("words", e.words());
            case Received e -> received(e);
            case Acknowledged e ->
                    kind("acknowledged")
                            .number("connection", e.connection())
                            .number("packet_id", e.packetId());
            case FaultBegun e ->
                    kind("fault")
                            .number("fault", e.fault())
                            .text("kind", e.kind())
                            .text("node", e.node())
                            .text("words", e.words());
            case FaultEnded e ->
                    kind("fault-end").number("fault", e.fault()).text("words", e.words());
            case Reached e -> kind("phase").name("phase", e.phase());
        }
    }

    private void connect(Connect e) throws IOException {
        kind("connect")
                .number("op", e.op())
                .text("client", e.client())
                .text("node", e.node())
                .number("version", e.version())
                .flag("clean_start", e.cleanStart())
                .number("expiry_seconds", e.expirySeconds())
                .number("keep_alive_seconds", e.keepAliveSeconds());
        WillMessage will = e.will();
        if (will != null) {
            json.writeObjectFieldStart("will");
            text("topic", will.topic())
                    .message(will.message())
                    .number("qos", will.qos().value())
                    .flag("retain", will.retain())
                    .number("delay_seconds", will.delaySeconds());
            json.writeEndObject();
        }
    }

    private void publish(Publish e) throws IOException {
        kind("publish")
                .number("op", e.op())
                .number("connection", e.connection())
                .text("topic", e.topic())
                .message(e.message())
                .number("qos", e.qos().value())
                .flag("retain", e.retain())
                .seconds("expiry_seconds", e.expirySeconds());
    }

    private void subscribe(Subscribe e) throws IOException {
        kind("subscribe")
                .number("op", e.op())
                .number("connection", e.connection())
                .text("filter", e.filter())
                .number("qos", e.qos().value())
                .flag("no_local", e.noLocal())
                .flag("retain_as_published", e.retainAsPublished())
                .number("retain_handling", e.retainHandling())
                .number("identifier", e.identifier());
    }

    private void received(Received e) throws IOException {
        kind("received")
                .number("connection", e.connection())
                .number("packet_id", e.packetId())
                .text("topic", e.topic())
                .message(e.message())
                .number("qos", e.qos().value())
                .flag("dup", e.dup())
                .flag("retain", e.retain());
        if (!e.identifiers().isEmpty()) {
            json.writeArrayFieldStart("identifiers");
            for (int identifier : e.identifiers()) {
                json.writeNumber(identifier);
            }
            json.writeEndArray();
        }
        text("defect", e.defect());
    }

    private EventJson kind(String kind) throws IOException {
        json.writeStringField("event", kind);
        return this;
    }

    private EventJson message(@Nullable MessageId id) throws IOException {
        if (id != null) {
            json.writeNumberField("publisher", id.publisher());
            json.writeNumberField("sequence", id.sequence());
        }
        return this;
    }

    private EventJson number(String name, long value) throws IOException {
        if (value != 0) {
            json.writeNumberField(name, value);
        }
        return this;
    }

    private EventJson seconds(String name, long value) throws IOException {
        if (value != Event.UNSET) {
            json.writeNumberField(name, value);
        }
        return this;
    }

    private EventJson flag(String name, boolean value) throws IOException {
        if (value) {
            json.writeBooleanField(name, true);
        }
        return this;
    }

    private EventJson text(String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
        return this;
    }

    private EventJson name(String name, Enum<?> value) throws IOException {
        json.writeStringField(name, value.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        return this;
    }
}
