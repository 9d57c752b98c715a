package io.skein.lab.chaos;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.bench.Durations;
import java.io.IOException;
import java.util.zip.CRC32C;

/** {@code plan.json} of a run: what was going to be done, as it follows from the seed. */
final class PlanFile {
    static final String NAME = "plan.json";

    private static final JsonMapper JSON = new JsonMapper();

    private PlanFile() {}

    /** Writes it into the folder of the run, which exists. */
    static void write(ChaosOptions options, WorkloadPlan workload, NemesisPlan faults)
            throws IOException {
        ObjectNode plan = JSON.createObjectNode();
        plan.put("target", options.target());
        plan.put("seed", options.seed());
        plan.put("duration", Durations.format(options.duration()));
        plan.put("clients", options.clients());
        plan.put("rate", options.publishesPerSecond());
        plan.put("command_line", options.commandLine());
        plan.put(
                "steps",
                workload.clients().stream().mapToLong(client -> client.steps().size()).sum());
        plan.put("workload_checksum", "%08x".formatted(checksum(workload)));
        ArrayNode list = plan.putArray("faults");
        for (PlannedFault fault : faults.faults()) {
            ObjectNode one = list.addObject();
            one.put("kind", fault.kind().word());
            one.put("node", "node-" + (fault.node() + 1));
            one.put("pause_ms", fault.pauseNanos() / 1_000_000);
            one.put("hold_ms", fault.holdNanos() / 1_000_000);
            one.put("beside", fault.beside());
        }
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(options.out().resolve(NAME).toFile(), plan);
    }

    /** Two workloads with the same are the same. */
    static long checksum(WorkloadPlan workload) {
        CRC32C crc = new CRC32C();
        for (ClientPlan client : workload.clients()) {
            crc.update(client.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        return crc.getValue();
    }
}
