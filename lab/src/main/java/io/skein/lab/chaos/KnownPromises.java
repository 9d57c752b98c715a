package io.skein.lab.chaos;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is known of the promises of targets: the name of a declaration that is shipped. */
public final class KnownPromises {
    private static final Pattern GRID = Pattern.compile("skein-grid(-\\d+)?(:.*)?");
    private static final Pattern BRIDGE = Pattern.compile("skein-bridge(-\\d+)?(:.*)?");
    private static final Pattern REDIS = Pattern.compile("skein-redis(-\\d+)?(:.*)?");
    private static final Pattern ALONE = Pattern.compile("skein(-standalone)?(-1)?(:.*)?");
    private static final Pattern DURABILITY = Pattern.compile("[:,]durability=(os|none)(,.*)?$");
    private static final Pattern MOSQUITTO = Pattern.compile("mosquitto(:.*)?");
    private static final Pattern RABBITMQ = Pattern.compile("(rabbitmq(?:-cluster)?)(:.*)?");

    private KnownPromises() {}

    /** Whether sessions of a target follow their clients from node to node. */
    static boolean sessionsMove(String target) {
        return !BRIDGE.matcher(target).matches();
    }

    /** The declaration for a target as {@code --target} names it; that of all if none is known. */
    public static String of(String target) {
        if (ALONE.matcher(target).matches()) {
            Matcher durability = DURABILITY.matcher(target);
            return "skein-standalone" + (durability.find() ? "-" + durability.group(1) : "");
        }
        Matcher rabbit = RABBITMQ.matcher(target);
        if (rabbit.matches()) {
            return rabbit.group(1);
        }
        if (BRIDGE.matcher(target).matches()) {
            return "skein-bridge";
        }
        if (REDIS.matcher(target).matches()) {
            return "skein-redis";
        }
        return GRID.matcher(target).matches()
                ? "skein-grid"
                : MOSQUITTO.matcher(target).matches() ? "mosquitto" : "everything";
    }
}
