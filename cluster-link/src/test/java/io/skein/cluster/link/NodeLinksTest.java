package io.skein.cluster.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.skein.cluster.Completion;
import io.skein.cluster.Refusal;
import io.skein.mqtt.ReasonCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeLinksTest {
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Peer ALICE = new Peer("alice", 1);
    private static final Peer BOB = new Peer("bob", 2);

    private final Deque<NodeLinks> open = new ArrayDeque<>();
    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final Queue<Completion> pending = new ConcurrentLinkedQueue<>();
    private final List<String> outcomes = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(NodeLinks::close);
    }

    @Test
    void framesArriveOnceInOrderAndEachIsAnswered() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        link(alice, BOB, listen(settings(BOB, "secret"), this::complete));

        send(alice, BOB, 0, 10_000);

        awaitOutcomes(10_000);
        assertThat(received).containsExactlyElementsOf(numbers(0, 10_000));
        assertThat(outcomes).containsOnly("done");
    }

    @Test
    void connectionsThatBreakLoseNothingAndRepeatNothing() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        link(alice, BOB, listen(settings(BOB, "secret"), this::complete));

        for (int round = 0; round < 50; round++) {
            send(alice, BOB, round * 400, 400);
            NodeLinks broken = round % 2 == 0 ? alice : open.peekFirst();
            broken.loop().execute(() -> broken.breakConnections(broken == alice ? BOB : ALICE));
        }

        awaitOutcomes(20_000);
        assertThat(received).containsExactlyElementsOf(numbers(0, 20_000));
        assertThat(outcomes).containsOnly("done");
    }

    @Test
    void answersGoWithFramesOfTheOtherSideAndAreNotLostWithThatConnection() {
        NodeLinks alice = listen(settings(ALICE, "secret"), this::complete);
        InetSocketAddress toAlice = new InetSocketAddress(ANY.getAddress(), ports(alice));
        NodeLinks bob =
                listen(settings(BOB, "secret"), (from, kind, body, done) -> pending.add(done));
        link(alice, BOB, bob);
        onLoop(bob, () -> bob.add(ALICE, toAlice));
        send(bob, ALICE, 0, 1);
        send(alice, BOB, 0, 300);
        awaitOutcomes(1);
        await().until(() -> pending.size() == 300);

        pending.stream().limit(100).forEach(done -> done.complete(null));
        awaitOutcomes(101);
        onLoop(
                bob,
                () -> {
                    pending.stream().skip(100).limit(100).forEach(done -> done.complete(null));
                    bob.breakDialled(ALICE);
                });
        awaitOutcomes(201);
        pending.stream().skip(200).forEach(done -> done.complete(null));
        awaitOutcomes(301);

        assertThat(outcomes).containsOnly("done");
    }

    @Test
    void linksOnALoopOfOthersLeaveItRunning() throws Exception {
        IoEventLoopGroup shared = new MultiThreadIoEventLoopGroup(1, Transport.best().io());
        try {
            NodeLinks alice = open(settings(ALICE, shared.next()), this::complete);
            link(alice, BOB, listen(settings(BOB, shared.next()), this::complete));
            assertThat(CompletableFuture.supplyAsync(alice::isOnLoop, shared.next()).join())
                    .isTrue();
            send(alice, BOB, 0, 10_000);
            awaitOutcomes(10_000);

            open.remove(alice);
            alice.close();

            assertThatThrownBy(() -> alice.loop().execute(() -> record("too late")))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThat(shared.next().submit(() -> "runs").get()).isEqualTo("runs");
            assertThat(received).containsExactlyElementsOf(numbers(0, 10_000));
        } finally {
            close();
            open.clear();
            shared.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void answersGivenBeforeAConnectionBrokeAreToldOnTheNextOne() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob =
                listen(settings(BOB, "secret"), (from, kind, body, done) -> pending.add(done));
        link(alice, BOB, bob);
        send(alice, BOB, 0, 3);
        await().until(() -> pending.size() == 3);

        bob.loop().execute(() -> bob.breakConnections(ALICE));
        for (Completion done : pending) {
            done.complete(null);
        }

        awaitOutcomes(3);
    }

    @Test
    void framesAreCompletedInAnyOrderAndRefusalsKeepTheirReason() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        link(
                alice,
                BOB,
                listen(settings(BOB, "secret"), (from, kind, body, done) -> pending.add(done)));
        send(alice, BOB, 0, 3);
        await().until(() -> pending.size() == 3);
        List<Completion> inOrder = List.copyOf(pending);

        inOrder.get(2).complete(new Refusal(ReasonCode.QUOTA_EXCEEDED, "full"));
        awaitOutcomes(1);
        inOrder.get(0).complete(null);
        inOrder.get(1).complete(null);
        awaitOutcomes(3);

        assertThat(outcomes).containsExactly("QUOTA_EXCEEDED full", "done", "done");
    }

    @Test
    void framesToAPeerFarBehindAreRefusedAndExpendableOnesFirst() {
        NodeLinks alice =
                open(
                        new LinkSettings(
                                "test", "secret", tls("secret"), ALICE, ANY, 1000, 1 << 20, null),
                        this::complete);
        link(
                alice,
                BOB,
                listen(settings(BOB, "secret"), (from, kind, body, done) -> pending.add(done)));

        onLoop(
                alice,
                () -> {
                    alice.send(BOB, 0, new byte[495], Urgency.EXPENDABLE, recorded());
                    alice.send(BOB, 0, new byte[10], Urgency.EXPENDABLE, recorded());
                    alice.send(BOB, 0, new byte[495], Urgency.ASSURED, recorded());
                    alice.send(BOB, 0, new byte[10], Urgency.ASSURED, recorded());
                    alice.send(BOB, 0, new byte[10], Urgency.CONTROL, recorded());
                });

        awaitOutcomes(2);
        assertThat(outcomes).allMatch(outcome -> outcome.startsWith("SERVER_BUSY"));
        await().until(() -> pending.size() == 3);
        for (Completion done : pending) {
            done.complete(null);
        }
        awaitOutcomes(5);
    }

    @Test
    void whatAPeerHadSentBeforeItDiedIsReceivedBeforeItIsDoneAwayWith() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob = listen(settings(BOB, "secret"), this::complete);
        link(alice, BOB, bob);
        send(alice, BOB, 0, 1);
        awaitOutcomes(1);
        CompletableFuture<Void> busy = new CompletableFuture<>();
        bob.loop().execute(busy::join);
        send(alice, BOB, 1, 999);
        onLoop(alice, () -> {}); // the frames are written at the end of that turn
        onLoop(alice, () -> {});
        open.remove(alice);
        alice.close();

        CompletableFuture<List<String>> before = new CompletableFuture<>();
        bob.loop()
                .execute(() ->
                        bob.whenReceived(
                                List.of(ALICE),
                                60_000,
                                ended -> {
                                    assertThat(ended).isTrue();
                                    bob.remove(ALICE);
                                    before.complete(List.copyOf(received));
                                }));
        busy.complete(null);

        assertThat(before.join()).containsExactlyElementsOf(numbers(0, 1000));
    }

    @Test
    void aPeerThatIsOnlyOutOfReachIsWaitedForNoLongerThanThat() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob = listen(settings(BOB, "secret"), this::complete);
        link(alice, BOB, bob);
        send(alice, BOB, 0, 1);
        awaitOutcomes(1);

        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        onLoop(bob, () -> bob.whenReceived(List.of(ALICE), 10, ended::complete));

        assertThat(ended.join()).isFalse();
    }

    @Test
    void whatARemovedPeerDidNotAnswerIsLostInOrder() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        link(
                alice,
                BOB,
                listen(settings(BOB, "secret"), (from, kind, body, done) -> pending.add(done)));
        send(alice, BOB, 0, 2);
        await().until(() -> pending.size() == 2);

        onLoop(alice, () -> alice.remove(BOB));
        assertThat(outcomes).containsExactly("lost", "lost");

        onLoop(alice, () -> alice.send(BOB, 0, new byte[1], Urgency.ASSURED, recorded()));
        assertThat(outcomes).hasSize(3).containsOnly("lost");
    }

    @Test
    void aPeerThatIsAddedAgainStartsAnew() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob = listen(settings(BOB, "secret"), this::complete);
        link(alice, BOB, bob);
        send(alice, BOB, 0, 10);
        awaitOutcomes(10);

        onLoop(alice, () -> alice.remove(BOB));
        link(alice, BOB, bob);
        send(alice, BOB, 10, 10);

        awaitOutcomes(20);
        assertThat(received).containsExactlyElementsOf(numbers(0, 20));
    }

    @Test
    void aPeerThatWasTakenForGoneGoesOnWithItsLinkWhenItIsBack() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob = listen(settings(BOB, "secret"), this::complete);
        link(alice, BOB, bob);
        onLoop(bob, () -> bob.add(ALICE, ANY));
        send(alice, BOB, 0, 10);
        awaitOutcomes(10);

        onLoop(bob, () -> bob.remove(ALICE)); // alice knows nothing of it
        send(alice, BOB, 10, 10);
        await().during(java.time.Duration.ofMillis(300)).until(() -> received.size() == 10);
        onLoop(bob, () -> bob.add(ALICE, ANY));

        awaitOutcomes(20);
        assertThat(received).containsExactlyElementsOf(numbers(0, 20));
        assertThat(outcomes).containsOnly("done");
    }

    @Test
    void aNodeWithAnotherSecretIsNotLetIn() {
        NodeLinks mallory = open(settings(ALICE, "guessed"), this::complete);
        link(mallory, BOB, listen(settings(BOB, "secret"), this::complete));

        send(mallory, BOB, 0, 1);

        await().during(java.time.Duration.ofMillis(300)).until(received::isEmpty);
    }

    @Test
    void aNodeInAnotherLifeIsNotTakenForTheFormer() {
        NodeLinks alice = open(settings(ALICE, "secret"), this::complete);
        NodeLinks bob = listen(settings(new Peer("bob", 3), "secret"), this::complete);
        link(alice, BOB, bob);

        send(alice, BOB, 0, 1);

        await().during(java.time.Duration.ofMillis(300)).until(received::isEmpty);
    }

    @Test
    void strangersThatSendGarbageAreClosed() throws IOException {
        int port = listen("secret");
        byte[] endless = ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).putInt(2).array();
        for (byte[] garbage :
                List.of("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8), endless, new byte[64])) {
            try (Socket socket = new Socket(ANY.getAddress(), port)) {
                socket.setSoTimeout(2000);
                socket.getInputStream().skipNBytes(4 + 1 + 4 + 1 + 32);
                socket.getOutputStream().write(garbage);
                assertThat(ended(socket)).isTrue();
            }
        }
    }

    private final List<Integer> listening = new ArrayList<>();

    static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    private LinkSettings settings(Peer self, String secret) {
        return new LinkSettings("test", secret, tls(secret), self, ANY);
    }

    private LinkSettings settings(Peer self, Executor loop) {
        return new LinkSettings("test", "secret", tls("secret"), self, ANY, loop);
    }

    /** How links are encrypted: not at all here. */
    @Nullable NodeTls tls(String secret) {
        return null;
    }

    private NodeLinks open(LinkSettings settings, LinkReceiver receiver) {
        NodeLinks links = new NodeLinks(settings, receiver);
        open.addFirst(links);
        return links;
    }

    /** A node that listens, and where. */
    int listen(String secret) {
        return ports(listen(settings(BOB, secret), this::complete));
    }

    private NodeLinks listen(LinkSettings settings, LinkReceiver receiver) {
        NodeLinks links = open(settings, receiver);
        listening.add(links.open());
        return links;
    }

    private int ports(NodeLinks ignored) {
        return listening.getLast();
    }

    private void link(NodeLinks from, Peer to, NodeLinks listener) {
        onLoop(from, () -> from.add(to, new InetSocketAddress(ANY.getAddress(), ports(listener))));
    }

    private void complete(Peer from, int kind, ByteBuf body, Completion done) {
        received.add(body.toString(UTF_8));
        done.complete(null);
    }

    private void send(NodeLinks from, Peer to, int first, int count) {
        from.loop()
                .execute(() ->
                        numbers(first, count)
                                .forEach(number ->
                                        from.send(
                                                to,
                                                1,
                                                number.getBytes(UTF_8),
                                                Urgency.ASSURED,
                                                recorded())));
    }

    private static List<String> numbers(int first, int count) {
        return IntStream.range(first, first + count).mapToObj(Integer::toString).toList();
    }

    private LinkCompletion recorded() {
        return new LinkCompletion() {
            @Override
            public void answered(@Nullable Refusal refusal) {
                record(refusal == null ? "done" : refusal.reason() + " " + refusal.explanation());
            }

            @Override
            public void lost() {
                record("lost");
            }
        };
    }

    private void record(String outcome) {
        synchronized (outcomes) {
            outcomes.add(outcome);
        }
    }

    private void awaitOutcomes(int count) {
        await().untilAsserted(() -> {
            synchronized (outcomes) {
                assertThat(outcomes.size()).isEqualTo(count);
            }
        });
    }

    private static void onLoop(NodeLinks links, Runnable task) {
        CompletableFuture.runAsync(task, links.loop()).join();
    }
}
