package io.skein.lab.shell;

/** A {@code sub} with a will, in a process of its own so that it can be killed. */
final class MortalSubscriber {
    private MortalSubscriber() {}

    public static void main(String[] arguments) {
        ConnectionSettings settings =
                ConnectionSettings.builder()
                        .host("127.0.0.1")
                        .port(Integer.parseInt(arguments[0]))
                        .debug(true)
                        .willTopic("will/t")
                        .willPayload("gone")
                        .willQos(1)
                        .build();
        System.exit(
                SubscribeCommand.run(
                        SubscribeOptions.builder().connection(settings).topic("nothing").build(),
                        System.out,
                        System.err));
    }
}
