package io.skein.lab.agent;

/**
 * How the clock of an agent compares with that of the controller.
 *
 * @param offsetNanos what it was ahead right before the first message was due
 * @param offsetErrorNanos how far that may be off: half of the shortest round trip
 * @param offsetAfterNanos what it was ahead after the round
 * @param offsetAfterErrorNanos how far that may be off
 * @param exchanges questions asked for both
 * @param apartNanos time between both
 */
public record ClockFigures(
        long offsetNanos,
        long offsetErrorNanos,
        long offsetAfterNanos,
        long offsetAfterErrorNanos,
        int exchanges,
        long apartNanos) {
    static ClockFigures of(ClockReading before, ClockReading after, long apartNanos) {
        return new ClockFigures(
                before.offsetNanos(),
                before.errorNanos(),
                after.offsetNanos(),
                after.errorNanos(),
                before.exchanges() + after.exchanges(),
                apartNanos);
    }

    /** What it moved away meanwhile, as far as the errors allow to say. */
    public long driftNanos() {
        return offsetAfterNanos - offsetNanos;
    }

    /** The same in parts per million of the time. */
    public double driftPartsPerMillion() {
        return apartNanos == 0 ? 0 : driftNanos() * 1e6 / apartNanos;
    }

    /** How far that may be off, either way. */
    public double driftErrorPartsPerMillion() {
        return apartNanos == 0 ? 0 : (offsetErrorNanos + offsetAfterErrorNanos) * 1e6 / apartNanos;
    }

    /**
     * How far an instant of this agent may be off at any time of the round: times are told by the
     * offset of its beginning, and the clock may have gone as far as it was found afterwards.
     */
    public long boundNanos() {
        return Math.max(offsetErrorNanos, Math.abs(driftNanos()) + offsetAfterErrorNanos);
    }
}
