package io.skein.lab.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The time line as tables and objects have it; the names are part of the schema of results. */
public final class MomentColumns {
    private static final List<Column> COLUMNS =
            List.of(
                    new Column("target_cpu_share", Moment::cpuShare),
                    new Column("target_rss_bytes", Moment::residentBytes),
                    new Column("target_threads", Moment::threads),
                    new Column("target_fds", Moment::descriptors),
                    new Column(
                            "target_disk_read_per_second",
                            m -> sum(m, ProcessUsage::diskReadPerSecond)),
                    new Column(
                            "target_disk_written_per_second",
                            m -> sum(m, ProcessUsage::diskWrittenPerSecond)),
                    new Column("host_cpu_share", m -> m.host().cpuShare()),
                    new Column("host_idle_share", m -> m.host().idleShare()),
                    new Column("host_used_bytes", m -> m.host().usedBytes()),
                    new Column("host_received_per_second", m -> m.host().receivedPerSecond()),
                    new Column("host_sent_per_second", m -> m.host().sentPerSecond()),
                    new Column("host_loopback_per_second", m -> m.host().loopbackPerSecond()),
                    new Column("host_disk_read_per_second", m -> m.host().diskReadPerSecond()),
                    new Column(
                            "host_disk_written_per_second", m -> m.host().diskWrittenPerSecond()));

    private record Column(String name, ToDoubleFunction<Moment> value) {}

    private MomentColumns() {}

    private static double sum(Moment moment, ToDoubleFunction<ProcessUsage> value) {
        return moment.processes().stream().mapToDouble(value).sum();
    }

    /** Their names, in order. */
    public static List<String> names() {
        return COLUMNS.stream().map(Column::name).toList();
    }

    /** Their values, in the same order. */
    public static List<Double> values(Moment moment) {
        List<Double> values = new ArrayList<>();
        COLUMNS.forEach(column -> values.add(column.value().applyAsDouble(moment)));
        return values;
    }

    /** Puts them into an object, with three decimals, and each process by itself. */
    public static void put(Moment moment, ObjectNode node) {
        for (Column column : COLUMNS) {
            node.put(column.name(), rounded(column.value().applyAsDouble(moment)));
        }
        var processes = node.putArray("processes");
        for (ProcessUsage process : moment.processes()) {
            processes
                    .addObject()
                    .put("pid", process.pid())
                    .put("command", process.command())
                    .put("cpu_share", rounded(process.cpuShare()))
                    .put("rss_bytes", process.residentBytes())
                    .put("threads", process.threads())
                    .put("fds", process.descriptors());
        }
    }

    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
