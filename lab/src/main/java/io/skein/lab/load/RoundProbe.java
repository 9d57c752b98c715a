package io.skein.lab.load;

/** Watches something else while a round runs; called on the thread that runs it. */
public interface RoundProbe {
    /** Watches nothing. */
    RoundProbe NONE =
            new RoundProbe() {
                @Override
                public void begin() {}

                @Override
                public void end() {}
            };

    /** Right before the first message is due. */
    void begin();

    /** When the drain is over. */
    void end();
}
