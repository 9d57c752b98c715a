package io.skein.cli.mosquitto;

import java.util.Map;
import java.util.Set;

/** What is known of Mosquitto's options that have no key in Skein. */
final class Options {
    /** What can only be said of one listener, or of what stands before the first. */
    private static final Set<String> OF_LISTENERS =
            Set.of(
                    "bind_address",
                    "bind_interface",
                    "cafile",
                    "capath",
                    "certfile",
                    "ciphers",
                    "ciphers_tls1.3",
                    "crlfile",
                    "dhparamfile",
                    "http_dir",
                    "keyfile",
                    "max_connections",
                    "max_qos",
                    "max_topic_alias",
                    "mount_point",
                    "protocol",
                    "psk_hint",
                    "require_certificate",
                    "socket_domain",
                    "tls_engine",
                    "tls_engine_kpass_sha1",
                    "tls_keyform",
                    "tls_version",
                    "use_identity_as_username",
                    "use_subject_as_username",
                    "use_username_as_clientid",
                    "websockets_headers_size");

    /** What else belongs to a listener where {@code per_listener_settings} is true. */
    private static final Set<String> OF_LISTENERS_IF_TOLD =
            Set.of(
                    "acl_file",
                    "allow_anonymous",
                    "allow_zero_length_clientid",
                    "auto_id_prefix",
                    "password_file",
                    "plugin",
                    "auth_plugin",
                    "psk_file");

    /** What opens the standard listener when it stands before the first one. */
    private static final Set<String> OPENING =
            Set.of(
                    "bind_address",
                    "bind_interface",
                    "cafile",
                    "capath",
                    "certfile",
                    "ciphers",
                    "ciphers_tls1.3",
                    "crlfile",
                    "keyfile",
                    "mount_point",
                    "acl_file",
                    "auto_id_prefix",
                    "password_file",
                    "psk_file",
                    "psk_hint",
                    "socket_domain",
                    "tls_engine",
                    "tls_keyform",
                    "tls_version");

    /** The same, if they say something else than what holds anyway. */
    private static final Map<String, Set<String>> OPENING_UNLESS =
            Map.of(
                    "max_connections", Set.of("-1"),
                    "max_qos", Set.of("2"),
                    "protocol", Set.of("mqtt"),
                    "require_certificate", Set.of("false", "0"),
                    "use_identity_as_username", Set.of("false", "0"),
                    "use_subject_as_username", Set.of("false", "0"),
                    "use_username_as_clientid", Set.of("false", "0"));

    /** What makes no difference: Skein does it, whatever is said. */
    private static final Set<String> THE_SAME =
            Set.of(
                    "allow_duplicate_messages",
                    "autosave_interval",
                    "autosave_on_changes",
                    "check_retain_source",
                    "log_timestamp",
                    "log_timestamp_format",
                    "per_listener_settings",
                    "set_tcp_nodelay");

    private static final Map<String, String> WHY =
            Map.ofEntries(
                    Map.entry("user", "was left out: Skein runs as the user that starts it"),
                    Map.entry("pid_file", "was left out: the service manager knows the process"),
                    Map.entry("persistence_file", "was left out: Skein names its files itself"),
                    Map.entry("memory_limit", "was left out: the heap of Java bounds the memory"),
                    Map.entry("max_inflight_bytes", "was left out: messages in flight are counted"),
                    Map.entry("queue_qos0_messages", "was left out: QoS 0 is not queued"),
                    Map.entry("upgrade_outgoing_qos", "was left out: QoS is never raised"),
                    Map.entry("sys_interval", "was left out: $SYS has an interval of its own"),
                    Map.entry("connection_messages", "was left out: log.level debug tells them"),
                    Map.entry(
                            "websockets_log_level", "was left out: there is one level, log.level"),
                    Map.entry("log_facility", "was left out: the log does not go to syslog"),
                    Map.entry("auto_id_prefix", "was left out: ids that Skein gives are random"),
                    Map.entry("capath", "was left out: put the certificates into one cafile"),
                    Map.entry("dhparamfile", "was left out: TLS agrees on elliptic curves"),
                    Map.entry("http_dir", "was left out: Skein serves no files"),
                    Map.entry("bind_interface", "was left out: bind to an address of it"),
                    Map.entry("max_topic_alias", "was left out: see limits.topic-alias-maximum"),
                    Map.entry("retain_available", "was left out: messages are retained"),
                    Map.entry("allow_zero_length_clientid", "was left out: Skein gives such an id"),
                    Map.entry(
                            "websockets_headers_size",
                            "was left out: headers have a limit of their own"));

    /** What restricts clients in Mosquitto. */
    private static final Set<String> RESTRICTING =
            Set.of(
                    "auth_plugin",
                    "plugin",
                    "clientid_prefixes",
                    "psk_file",
                    "use_username_as_clientid");

    /** What is about a bridge wherever it stands, beside what begins with {@code bridge_}. */
    private static final Set<String> OF_BRIDGES =
            Set.of(
                    "connection",
                    "address",
                    "addresses",
                    "topic",
                    "cleansession",
                    "local_cleansession",
                    "clientid",
                    "local_clientid",
                    "remote_clientid",
                    "username",
                    "local_username",
                    "remote_username",
                    "password",
                    "local_password",
                    "remote_password",
                    "keepalive_interval",
                    "idle_timeout",
                    "restart_timeout",
                    "notifications",
                    "notifications_local_only",
                    "notification_topic",
                    "round_robin",
                    "start_type",
                    "threshold",
                    "try_private");

    private Options() {}

    static boolean isOfBridge(String option) {
        return OF_BRIDGES.contains(option) || option.startsWith("bridge_");
    }

    static boolean isOfListener(String option, boolean perListener) {
        return OF_LISTENERS.contains(option)
                || (perListener && OF_LISTENERS_IF_TOLD.contains(option));
    }

    /** Whether this line opens the standard listener although no {@code port} does. */
    static boolean opensListener(Line line) {
        Set<String> without = OPENING_UNLESS.get(line.option());
        return OPENING.contains(line.option())
                || (without != null && !without.contains(line.value()));
    }

    static boolean makesNoDifference(String option) {
        return THE_SAME.contains(option);
    }

    static boolean restricts(String option) {
        return RESTRICTING.contains(option);
    }

    static String why(String option) {
        return WHY.getOrDefault(option, "was left out: Skein has nothing like it");
    }
}
