package io.skein.server.reload;

import io.skein.server.config.EffectiveSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where two configurations differ.
 *
 * @param reloaded what a reload applies, a line for each
 * @param needRestart what it does not apply
 * @param running what holds once the first is applied and the second is not
 */
record SettingChanges(
        List<String> reloaded, List<String> needRestart, List<EffectiveSetting> running) {

    static SettingChanges between(List<EffectiveSetting> before, List<EffectiveSetting> after) {
        Map<String, EffectiveSetting> old = byPath(before);
        Map<String, EffectiveSetting> next = byPath(after);
        Map<String, EffectiveSetting> all = new LinkedHashMap<>(next);
        old.forEach(all::putIfAbsent);
        List<String> reloaded = new ArrayList<>();
        List<String> needRestart = new ArrayList<>();
        List<EffectiveSetting> running = new ArrayList<>();
        for (EffectiveSetting setting : all.values()) {
            EffectiveSetting was = old.get(setting.path());
            EffectiveSetting is = next.get(setting.path());
            EffectiveSetting holds = setting.isReloadable() ? is : was;
            if (was == null || is == null || !was.value().equals(is.value())) {
                if (isGiven(was) || isGiven(is)) {
                    (setting.isReloadable() ? reloaded : needRestart).add(line(was, is));
                }
            } else {
                holds = is;
            }
            if (holds != null) {
                running.add(holds);
            }
        }
        return new SettingChanges(reloaded, needRestart, running);
    }

    private static Map<String, EffectiveSetting> byPath(List<EffectiveSetting> settings) {
        Map<String, EffectiveSetting> byPath = new LinkedHashMap<>();
        settings.forEach(setting -> byPath.put(setting.path(), setting));
        return byPath;
    }

    private static boolean isGiven(@Nullable EffectiveSetting setting) {
        return setting != null && setting.isGiven();
    }

    private static String line(@Nullable EffectiveSetting was, @Nullable EffectiveSetting is) {
        if (is == null) {
            return was == null ? "" : "%s is not set (was %s)".formatted(was.path(), was.shown());
        }
        return was == null
                ? "%s is %s (%s)".formatted(is.path(), is.shown(), is.origin())
                : "%s is %s, was %s (%s)"
                        .formatted(is.path(), is.shown(), was.shown(), is.origin());
    }
}
