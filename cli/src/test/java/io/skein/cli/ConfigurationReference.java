package io.skein.cli;

import io.skein.cluster.ArchitectureOption;
import io.skein.server.Architectures;
import io.skein.server.config.Keys;
import java.util.List;

/** The keys of the configuration as the page of documentation that lists them. */
final class ConfigurationReference {
    private static final String INTRODUCTION =
            """
            # Configuration

            Every key of a node, written by the build from the code that reads them. A node that is told nothing runs: it listens on
            127.0.0.1:1883 and keeps what it keeps in the directory `data`.

            Four places can say a value; the later wins over the earlier:

            | place | form |
            |---|---|
            | a file | `skein broker --config skein.yaml`, YAML as below |
            | the environment | `SKEIN_` and the key in capitals, every sign but letters and digits an underscore: `SKEIN_LIMITS_BACKLOG=64` |
            | `--set` | `--set limits.backlog=64`, as often as needed |
            | options of their own | `--port`, `--admin-port`, `--data`, `--name`, `--architecture` |

            Sections of a list are counted from 0: `--set listeners.1.bind=127.0.0.1:1884` and `SKEIN_LISTENERS_1_BIND=127.0.0.1:1884` change
            the second listener of the file or add one behind the first. A list of plain values is one value with commas:
            `--set cluster.seeds=10.0.0.1:7800,10.0.0.2:7800`.

            ```yaml
            node:
              name: east-1
            data: /var/lib/skein
            listeners:
              - name: devices
                bind: 127.0.0.1:1883
              - name: local
                bind: "[::1]:1883"
            limits:
              queued-bytes-maximum: 256MiB
            log:
              level: debug
            ```

            - `skein broker --check --config skein.yaml` tells all that is wrong, each with its place and the nearest right name;
              exit code 0 if nothing is. `--json` for programs.
            - `skein broker --print-config --config skein.yaml` prints every value that holds and where it comes from; secrets are masked.
            - `skein reload`, SIGHUP or `POST /api/v1/reload` (from the machine of the node) reads all places again. What is
              *reloadable* is applied at once, the rest is named and holds after a restart. A configuration that is wrong changes nothing.
              Limits hold for clients that connect afterwards; those on what grows in a session hold at once. Listeners are opened, closed
              and replaced; clients that are connected stay connected.
            """;

    private final StringBuilder page = new StringBuilder();

    private ConfigurationReference() {}

    /** The whole page. */
    static String markdown() {
        ConfigurationReference reference = new ConfigurationReference();
        reference.page.append(INTRODUCTION);
        reference.keys();
        reference.options();
        return reference.page.toString();
    }

    private void keys() {
        String section = "";
        for (Keys.Entry entry : Keys.reference()) {
            int dot = entry.path().indexOf('.');
            String itsSection = dot < 0 ? "" : entry.path().substring(0, dot);
            if (!itsSection.equals(section) || page.length() == INTRODUCTION.length()) {
                section = itsSection;
                heading(
                        section.isEmpty()
                                ? "By itself"
                                : "`%s`".formatted(section.replace("[]", "")));
            }
            entry(entry);
        }
    }

    private void heading(String title) {
        page.append("\n## ").append(title).append('\n');
    }

    private void entry(Keys.Entry entry) {
        text(entry.path(), entry.description(), values(entry), entry.standard());
        page.append(entry.isReloadable() ? "; reloadable\n" : "; a change needs a restart\n");
        String shown = entry.example().isEmpty() ? entry.standard() : entry.example();
        forms(entry.path().replace("[]", ".0"), entry.environment(), shown);
    }

    private static String values(Keys.Entry entry) {
        for (String unit : List.of("seconds", "millis", "micros")) {
            if (entry.path().contains("-" + unit)) {
                return entry.values() + " " + unit;
            }
        }
        return entry.values();
    }

    private void options() {
        for (String architecture : Architectures.names()) {
            List<ArchitectureOption> options = Architectures.options(architecture);
            if (!options.isEmpty()) {
                heading("`cluster`, with `architecture: %s`".formatted(architecture));
                options.forEach(this::option);
            }
        }
    }

    private void option(ArchitectureOption option) {
        String path = "cluster." + option.name();
        text(path, option.description(), option.values(), option.standard());
        page.append("; a change needs a restart\n");
        forms(path.replace("[]", ".0"), Keys.environmentOfOption(option.name()), "");
    }

    private void text(String path, String description, String values, String standard) {
        page.append("\n### ").append(path).append('\n').append(description).append("\n\n");
        page.append("- ").append(values).append("; ");
        if (standard.isEmpty()) {
            page.append("no default");
        } else {
            page.append("default ")
                    .append(standard.contains(" ") ? standard : "`" + standard + "`");
        }
    }

    private void forms(String path, String environment, String value) {
        String shown = value.contains(" ") ? "" : value;
        page.append("- `--set %s=%s`, `%s=%s`\n".formatted(path, shown, environment, shown));
    }
}
