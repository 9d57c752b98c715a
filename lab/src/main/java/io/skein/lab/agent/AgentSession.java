package io.skein.lab.agent;

import io.skein.lab.StopSignal;
import io.skein.lab.load.Fleet;
import io.skein.lab.load.FleetOptions;
import io.skein.lab.load.IdleFleet;
import io.skein.lab.load.IdleOptions;
import io.skein.lab.load.LoadFailedException;
import io.skein.lab.load.LoadRound;
import io.skein.lab.load.RoundPlan;
import io.skein.lab.load.RoundProbe;
import io.skein.lab.load.RoundResult;
import io.skein.lab.measure.Histograms;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * What an agent does for one controller. One thread reads and tells the time, so that nothing of
 * the load is in it; another makes the load as it is told.
 */
final class AgentSession {
    private static final long CONNECTING_NANOS_MINIMUM = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long STANDING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long POLL_MILLIS = 20;

    private final Connection connection;
    private final NanoClock clock;
    private final Consumer<String> log;
    private final StopSignal stop = new StopSignal();
    private final LinkedBlockingQueue<Message> orders = new LinkedBlockingQueue<>();

    AgentSession(Connection connection, NanoClock clock, Consumer<String> log) {
        this.connection = connection;
        this.clock = clock;
        this.log = log;
    }

    /**
     * Serves the controller until it has had enough; the load is gone when this returns.
     *
     * @throws IOException if the controller is lost
     */
    void run() throws IOException {
        Thread load = Thread.ofPlatform().daemon().name("agent-load").start(this::load);
        try {
            boolean wanted = true;
            while (wanted) {
                Frames.Received received = connection.read();
                switch (received.message()) {
                    case Message.AskTime _ ->
                            connection.write(new Message.Time(received.atNanos(), clock.nanos()));
                    case Message.Stop _ -> stop.raise();
                    case Message.End _ -> wanted = false;
                    default -> orders.add(received.message());
                }
            }
        } finally {
            stop.raise();
            orders.add(new Message.End());
            joinUninterruptibly(load);
        }
    }

    private static void joinUninterruptibly(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void load() {
        try {
            Message order = take();
            switch (order) {
                case Message.Connect connect -> loadRounds(connect.load().options());
                case Message.Idle idle -> standIdle(idle.order().options());
                default -> throw outOfTurn(order, "Connect or Idle");
            }
        } catch (ControllerGoneException e) {
            // Nobody is there to be told; how it ended is told by who reads.
        } catch (LoadFailedException | IllegalArgumentException e) {
            fail(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            fail(e.toString()); // or the controller would wait for ever
        }
    }

    private void loadRounds(FleetOptions options) throws LoadFailedException {
        AtomicLong told = new AtomicLong(System.nanoTime());
        try (Fleet fleet = Fleet.connect(options, stop, clients -> tellConnecting(clients, told))) {
            log.accept("run %s: connected".formatted(options.runId()));
            say(new Message.Connected());
            while (true) {
                RoundPlan plan = take(Message.Round.class).round().plan();
                RoundResult result =
                        LoadRound.run(
                                fleet,
                                plan,
                                stop,
                                (progress, latency) ->
                                        tell(
                                                new Message.Second(
                                                        progress.elapsedNanos(),
                                                        progress.draining(),
                                                        progress.sent(),
                                                        progress.received(),
                                                        progress.sentPerSecond(),
                                                        progress.receivedPerSecond(),
                                                        Histograms.text(latency))),
                                RoundProbe.NONE,
                                new ControlledRound(this, clock));
                log.accept(
                        "run %s: %s, sent %,d, received %,d"
                                .formatted(
                                        options.runId(),
                                        plan.name(),
                                        result.counts().sent(),
                                        result.counts().received()));
                say(new Message.Result(RoundReport.of(result, fleet.losses())));
            }
        }
    }

    private void standIdle(IdleOptions options) throws LoadFailedException {
        AtomicLong told = new AtomicLong(System.nanoTime());
        try (IdleFleet fleet = new IdleFleet(options)) {
            fleet.connectAll(stop, _ -> tellStanding(fleet, told));
            log.accept("connections %s: %s".formatted(options.idPrefix(), fleet.counts()));
            say(new Message.Standing(fleet.counts(), true));
            while (orders.isEmpty()) {
                pause();
                tellStanding(fleet, told);
            }
            take(Message.CountAlive.class);
            say(new Message.Idled(IdleReport.of(fleet.result())));
            take(Message.End.class);
        }
    }

    private void pause() throws ControllerGoneException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControllerGoneException();
        }
    }

    private void tellStanding(IdleFleet fleet, AtomicLong toldNanos) {
        long now = System.nanoTime();
        if (now - toldNanos.get() > STANDING_NANOS) {
            toldNanos.set(now);
            tell(new Message.Standing(fleet.counts(), false));
        }
    }

    private void fail(String reason) {
        log.accept(reason);
        tell(new Message.Failed(reason));
    }

    private void tellConnecting(int clients, AtomicLong toldNanos) {
        long now = System.nanoTime();
        if (now - toldNanos.get() > CONNECTING_NANOS_MINIMUM) {
            toldNanos.set(now);
            tell(new Message.Connecting(clients));
        }
    }

    /** Says something that is not waited for; if it is not heard, the reader knows. */
    private void tell(Message message) {
        try {
            connection.write(message);
        } catch (IOException e) {
            connection.close();
        }
    }

    /** Says what the controller has to know to go on. */
    void say(Message message) throws LoadFailedException {
        try {
            connection.write(message);
        } catch (IOException e) {
            connection.close();
            throw new ControllerGoneException();
        }
    }

    /** Waits for an order, which must be of this type. */
    <M extends Message> M take(Class<M> type) throws LoadFailedException {
        Message order = take();
        if (!type.isInstance(order)) {
            throw outOfTurn(order, type.getSimpleName());
        }
        return type.cast(order);
    }

    private static LoadFailedException outOfTurn(Message order, String due) {
        return new LoadFailedException(
                "the controller says %s where %s is due"
                        .formatted(order.getClass().getSimpleName(), due),
                null);
    }

    private Message take() throws ControllerGoneException {
        try {
            Message order = orders.take();
            if (order instanceof Message.End) {
                throw new ControllerGoneException();
            }
            return order;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ControllerGoneException();
        }
    }
}
