package io.skein.lab.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The environment as every result has it. */
public final class EnvironmentJson {
    private EnvironmentJson() {}

    /** A fresh object with the machine, the versions, the seed and the command. */
    public static ObjectNode tree(Environment environment, long seed, String commandLine) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("machine", environment.machine());
        node.put("operating_system", environment.operatingSystem());
        node.put("kernel", environment.kernel());
        node.put("architecture", environment.architecture());
        node.put("processor", environment.processor());
        node.put("cpus", environment.cpus());
        node.put("memory_bytes", environment.memoryBytes());
        node.put("java", environment.java());
        node.put("lab_version", environment.labVersion());
        node.put("netty_version", environment.nettyVersion());
        node.put("seed", seed);
        node.put("command_line", commandLine);
        return node;
    }
}
