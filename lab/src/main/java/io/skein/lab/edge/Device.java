package io.skein.lab.edge;

import io.netty.buffer.ByteBuf;
import io.skein.lab.client.ClientListener;
import io.skein.lab.client.ConnectionLoss;
import io.skein.lab.client.MqttClient;
import io.skein.lab.client.PreparedPublish;
import io.skein.lab.client.PublishCallback;
import io.skein.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;

/** One device: its connection and what became of its readings. Only on the loop of its fleet. */
final class Device implements ClientListener, PublishCallback {
    private final DeviceFleet fleet;
    private final int number;
    private final DevicePlan.Line line;
    private final PreparedPublish reading;
    private final PreparedPublish marker;
    private final int readings;
    private @Nullable MqttClient client;
    private int sent;
    private long acknowledged;
    private long refused;
    private long unanswered;
    private boolean markerSent;
    private boolean heldBack;
    private boolean waits;

    Device(
            DeviceFleet fleet,
            int number,
            DevicePlan.Line line,
            int readings,
            PreparedPublish reading,
            PreparedPublish marker) {
        this.fleet = fleet;
        this.number = number;
        this.line = line;
        this.readings = readings;
        this.reading = reading;
        this.marker = marker;
    }

    void connected(MqttClient connection) {
        client = connection;
    }

    /** When its next message is due, from the start; the marker comes when all readings are due. */
    long dueNanos() {
        return sent < readings ? line.dueNanos(sent) : fleet.durationNanos();
    }

    /** Whether readings and marker are sent. */
    boolean isDone() {
        return markerSent;
    }

    boolean isSettled() {
        return unanswered == 0;
    }

    /** Sends what is due; false if the connection takes nothing more for now. */
    boolean send(long nowNanos) {
        MqttClient connection = client;
        if (connection == null || !connection.canSend(reading.qos())) {
            heldBack = true;
            waits = true;
            return false;
        }
        boolean isReading = sent < readings;
        PreparedPublish frame = isReading ? reading : marker;
        ByteBuf out = connection.send(frame, isReading ? 1 : 0, this);
        int payload = out.writerIndex() - frame.payloadLength();
        if (isReading) {
            fleet.onSent(nowNanos - line.dueNanos(sent), heldBack);
            ReadingPayload.writeReading(out, payload, number, sent++, fleet.tag());
        } else {
            ReadingPayload.writeMarker(out, payload, number, sent, fleet.tag());
            markerSent = true;
        }
        heldBack = false;
        unanswered += reading.qos().value() > 0 ? 1 : 0;
        return true;
    }

    @Override
    public void settled(long token, ReasonCode reason) {
        unanswered--;
        if (token == 1) {
            acknowledged += reason.isError() ? 0 : 1;
            refused += reason.isError() ? 1 : 0;
        }
        goOn();
        fleet.onSettled();
    }

    @Override
    public void lost(long token, ConnectionLoss loss) {
        // Stays unanswered; the end of the connection is told to the fleet by itself.
    }

    @Override
    public void onWritable(MqttClient writable) {
        goOn();
    }

    private void goOn() {
        if (waits) {
            waits = false;
            fleet.resume(this);
        }
    }

    @Override
    public void onClosed(MqttClient closed, ConnectionLoss loss) {
        if (!loss.wanted()) {
            fleet.onLost(number, loss);
        }
    }

    /** What became of its readings so far. */
    void addTo(FleetAccount.Sum sum) {
        sum.sent += sent;
        sum.unsent += readings - sent;
        sum.acknowledged += acknowledged;
        sum.refused += refused;
        sum.unsettled += reading.qos().value() == 0 ? 0 : sent - acknowledged - refused;
    }
}
