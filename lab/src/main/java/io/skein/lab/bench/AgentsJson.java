package io.skein.lab.bench;

import static io.skein.lab.bench.BenchJson.rounded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skein.lab.agent.AgentResult;
import io.skein.lab.agent.AgentsReport;
import io.skein.lab.agent.ClockFigures;
import io.skein.lab.load.GeneratorFigures;
import io.skein.lab.load.RoundResult;
import io.skein.lab.result.Environment;
import java.util.List;

/** What each agent had a part in, as a bench result has it. */
final class AgentsJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private AgentsJson() {}

    static JsonNode tree(BenchResult result) {
        AgentsReport agents = result.agents();
        if (agents == null) {
            return NODES.nullNode();
        }
        ObjectNode node = NODES.objectNode();
        node.put("spread", agents.spread().toString());
        node.put("latency_error_micros", rounded(agents.latencyErrorNanos() / 1e3));
        ArrayNode each = node.putArray("each");
        agents.agents().forEach(agent -> each.add(agent(agent, result)));
        return node;
    }

    private static ObjectNode agent(AgentResult agent, BenchResult result) {
        RoundResult round = agent.round();
        GeneratorFigures generator = round.generator();
        List<String> reasons = Verdict.generatorReasons(result.options(), agent, result.target());
        ObjectNode node = NODES.objectNode();
        node.put("address", agent.address().toString());
        node.put("valid", reasons.isEmpty());
        ArrayNode invalid = node.putArray("invalid_reasons");
        reasons.forEach(invalid::add);
        node.put("sent", round.counts().sent());
        node.put("unsent", round.counts().unsent());
        node.put("expected", round.counts().expected());
        node.put("received", round.counts().received());
        node.put("lost", round.counts().lost());
        node.put("sent_per_second", rounded(round.sentPerSecond()));
        node.put("received_per_second", rounded(round.receivedPerSecond()));
        node.set("lateness_micros", BenchJson.summary(generator.lateness()));
        node.put("cpu_share", rounded(generator.cpuShare()));
        node.put("busiest_loop_share", rounded(generator.busiestLoopShare()));
        node.put("starved_loop_share", rounded(generator.starvedLoopShare()));
        node.set("clock", clock(agent.clock()));
        Environment environment = agent.environment();
        node.put("machine", environment.machine());
        node.put("processor", environment.processor());
        node.put("cpus", environment.cpus());
        node.put("lab_version", environment.labVersion());
        return node;
    }

    private static ObjectNode clock(ClockFigures clock) {
        ObjectNode node = NODES.objectNode();
        node.put("offset_micros", rounded(clock.offsetNanos() / 1e3));
        node.put("offset_error_micros", rounded(clock.offsetErrorNanos() / 1e3));
        node.put("offset_after_micros", rounded(clock.offsetAfterNanos() / 1e3));
        node.put("offset_after_error_micros", rounded(clock.offsetAfterErrorNanos() / 1e3));
        node.put("drift_ppm", rounded(clock.driftPartsPerMillion()));
        node.put("drift_error_ppm", rounded(clock.driftErrorPartsPerMillion()));
        node.put("bound_micros", rounded(clock.boundNanos() / 1e3));
        node.put("exchanges", clock.exchanges());
        return node;
    }
}
