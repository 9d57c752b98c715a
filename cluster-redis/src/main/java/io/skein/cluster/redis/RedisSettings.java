package io.skein.cluster.redis;

import io.skein.cluster.ArchitectureOption;
import io.skein.cluster.NodeInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a node around Redis: what stands below {@code cluster} in the configuration.
 *
 * @param self how the others know this node
 * @param address where Redis is
 * @param names of the keys; clusters of different names share nothing
 * @param timeout how long a message may wait for Redis before it is refused
 * @param deadAfter how long a node is silent before the others take it to be dead, and how long
 *     Redis is before a node serves nobody
 * @param authority who has issued the certificate of Redis, a file; null for what Java trusts
 * @param replicas how many replicas have to have what is written before it counts as kept
 * @param inboxLimit how many messages may wait for one session, or one node, that takes none
 * @param alarmSeconds how long Redis is silent before there is an alarm; 0 for never
 */
record RedisSettings(
        NodeInfo self,
        RedisAddress address,
        @Nullable Path authority,
        int replicas,
        Names names,
        Duration timeout,
        Duration deadAfter,
        int inboxLimit,
        int alarmSeconds) {
    static final String REDIS = "redis";
    static final String USERNAME = "username";
    static final String PASSWORD = "password";
    static final String NAME = "name";
    static final String TIMEOUT = "timeout";
    static final String DEAD_AFTER = "dead-after";
    static final String INBOX = "inbox";
    static final String REPLICAS = "replicas";
    static final String AUTHORITY = "tls-authority";
    static final String ALARM_SECONDS = "alarm-seconds";

    private static final String NAME_STANDARD = "skein";
    private static final String TIMEOUT_STANDARD = "5";
    private static final String DEAD_AFTER_STANDARD = "3";
    private static final String INBOX_STANDARD = "100000";
    private static final String REPLICAS_STANDARD = "0";
    private static final int REPLICAS_MAXIMUM = 10;
    private static final String ALARM_SECONDS_STANDARD = "10";
    private static final int ALARM_SECONDS_MAXIMUM = 604_800;
    private static final Pattern NAME_PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** What {@link #of} reads. */
    static final List<ArchitectureOption> OPTIONS =
            List.of(
                    option(
                            ALARM_SECONDS,
                            "seconds, 0 to 604800",
                            ALARM_SECONDS_STANDARD,
                            "How long Redis may not answer before the log says so as an error and"
                                    + " skein_link_alarm is 1; 0 for never.",
                            RedisSettings::alarmSeconds),
                    option(
                            DEAD_AFTER,
                            "seconds, 1 to 60",
                            DEAD_AFTER_STANDARD,
                            "After how long a silent node is taken to be dead, and after how long"
                                    + " without Redis a node serves nobody; longer than Redis takes"
                                    + " to fail over, if clients are to stay connected meanwhile.",
                            value -> seconds(DEAD_AFTER, value)),
                    option(
                            INBOX,
                            "messages, 1 to 100000000",
                            INBOX_STANDARD,
                            "How many messages may wait in Redis for one session, or for one node,"
                                    + " that takes none; further ones are dropped or refused.",
                            RedisSettings::inbox),
                    option(
                            NAME,
                            "up to 64 letters, digits, '.', '_' and '-'",
                            NAME_STANDARD,
                            "Name of the cluster, with which all keys begin; clusters of different"
                                    + " names share a Redis and nothing else.",
                            RedisSettings::name),
                    new ArchitectureOption(
                            PASSWORD,
                            "text",
                            "",
                            "Password for Redis, where cluster.redis has none.",
                            true,
                            _ -> {}),
                    new ArchitectureOption(
                            REDIS,
                            "redis:// or rediss:// (TLS), redis-sentinel://host,host#name,"
                                    + " redis-cluster://host,host or rediss-cluster://",
                            "",
                            "Where Redis is; not shown, for it may hold a password.",
                            true,
                            value -> RedisAddress.of(value, "", "")),
                    option(
                            REPLICAS,
                            "replicas, 0 to 10",
                            REPLICAS_STANDARD,
                            "How many replicas of Redis have to have what is written before it"
                                    + " counts as kept; without one, what was acknowledged last is"
                                    + " lost where a replica takes over.",
                            value -> number(REPLICAS, value, 0, REPLICAS_MAXIMUM)),
                    option(
                            TIMEOUT,
                            "seconds, 1 to 60",
                            TIMEOUT_STANDARD,
                            "How long a message waits for Redis before it is refused.",
                            value -> seconds(TIMEOUT, value)),
                    option(
                            AUTHORITY,
                            "a file with certificates in PEM",
                            "",
                            "Who has issued the certificate of Redis, with rediss://; without it,"
                                    + " those that Java trusts.",
                            RedisSettings::authority),
                    option(
                            USERNAME,
                            "text",
                            "",
                            "User of Redis, where cluster.redis has none.",
                            _ -> {}));

    private static ArchitectureOption option(
            String name,
            String values,
            String standard,
            String description,
            Consumer<String> check) {
        return new ArchitectureOption(name, values, standard, description, false, check);
    }

    /**
     * Reads the options.
     *
     * @throws IllegalArgumentException if one is wrong, missing or not known
     */
    static RedisSettings of(NodeInfo self, Map<String, String> options) {
        List<String> names = OPTIONS.stream().map(ArchitectureOption::name).toList();
        for (String name : options.keySet()) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "the redis architecture has no option '%s'; it has %s"
                                .formatted(name, String.join(", ", names)));
            }
        }
        String address = options.get(REDIS);
        if (address == null) {
            throw new IllegalArgumentException(
                    "cluster.redis says where Redis is, such as redis://127.0.0.1:6379");
        }
        return new RedisSettings(
                self,
                RedisAddress.of(
                        address,
                        options.getOrDefault(USERNAME, ""),
                        options.getOrDefault(PASSWORD, "")),
                authority(options.getOrDefault(AUTHORITY, "")),
                number(
                        REPLICAS,
                        options.getOrDefault(REPLICAS, REPLICAS_STANDARD),
                        0,
                        REPLICAS_MAXIMUM),
                new Names(name(options.getOrDefault(NAME, NAME_STANDARD))),
                seconds(TIMEOUT, options.getOrDefault(TIMEOUT, TIMEOUT_STANDARD)),
                seconds(DEAD_AFTER, options.getOrDefault(DEAD_AFTER, DEAD_AFTER_STANDARD)),
                inbox(options.getOrDefault(INBOX, INBOX_STANDARD)),
                alarmSeconds(options.getOrDefault(ALARM_SECONDS, ALARM_SECONDS_STANDARD)));
    }

    private static String name(String value) {
        if (!NAME_PATTERN.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "cluster.%s is up to 64 letters, digits, '.', '_' and '-', not '%s'"
                            .formatted(NAME, value));
        }
        return value;
    }

    private static @Nullable Path authority(String value) {
        if (value.isEmpty()) {
            return null;
        }
        Path file = Path.of(value);
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    "cluster.%s: %s cannot be read".formatted(AUTHORITY, file));
        }
        return file;
    }

    private static Duration seconds(String option, String value) {
        return Duration.ofSeconds(number(option, value, 1, 60));
    }

    private static int inbox(String value) {
        return number(INBOX, value, 1, 100_000_000);
    }

    private static int alarmSeconds(String value) {
        return number(ALARM_SECONDS, value, 0, ALARM_SECONDS_MAXIMUM);
    }

    private static int number(String option, String value, int least, int most) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // told below
        }
        throw new IllegalArgumentException(
                "cluster.%s is a number from %d to %d, not '%s'"
                        .formatted(option, least, most, value));
    }
}
