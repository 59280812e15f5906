package org.halftune.hft;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.halftune.model.LlamaConfig;
import org.halftune.model.ParameterSpec;
import org.halftune.problem.InputError;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A selection in YAML: a list of names or {@linkplain SelectionPattern patterns} under {@code unfrozen_parameters}, as
 * Spectrum writes it and Axolotl reads it, or under {@code trainable}.
 *
 * <pre>
 * unfrozen_parameters:
 * - ^lm_head.weight$
 * - model.layers.3.self_attn.q_proj
 * </pre>
 */
final class SelectionYaml {
    private static final List<String> KEYS = List.of("unfrozen_parameters", "trainable");
    private static final String FORM = "write unfrozen_parameters: and below it a line \"- name\" for each parameter";

    private final String file;

    SelectionYaml(String file) {
        this.file = file;
    }

    Selection parse(String text, LlamaConfig config) {
        if (!(load(text) instanceof Map<?, ?> root)) {
            throw new InputError("this is not a map of keys and values", file, FORM);
        }
        for (var key : root.keySet()) {
            if (KEYS.contains(String.valueOf(key))) continue;
            throw new InputError(
                    "unknown key '" + key + "'",
                    file,
                    "a selection in YAML has unfrozen_parameters alone; give a whole recipe with --config");
        }
        if (root.size() != 1) {
            throw new InputError(
                    root.isEmpty() ? "the file is empty" : "the file has both unfrozen_parameters and trainable",
                    file,
                    root.isEmpty() ? FORM : "remove one of them");
        }
        var key = String.valueOf(root.keySet().iterator().next());
        var specs = ParameterSpec.all(config);
        var names =
                SelectionPattern.names(patterns(key, root.values().iterator().next()), specs);
        return new Selection(new SelectionOrigin.Listed(), names, specs);
    }

    private Object load(String text) {
        try {
            var settings = LoadSettings.builder().setLabel(file).build();
            return Optional.ofNullable(new Load(settings).loadFromString(text)).orElse(Map.of());
        } catch (MarkedYamlEngineException e) {
            var line = e.getProblemMark().map(mark -> ", line " + (mark.getLine() + 1));
            throw new InputError("this is not valid YAML: " + e.getProblem(), file + line.orElse(""), FORM);
        } catch (YamlEngineException e) {
            throw new InputError("this is not valid YAML: " + e.getMessage(), file, FORM);
        }
    }

    private List<SelectionPattern> patterns(String key, @Nullable Object value) {
        if (!(value instanceof List<?> list) || list.isEmpty()) {
            throw new InputError(
                    value == null || value instanceof List<?>
                            ? key + " is empty, so all parameters would be frozen"
                            : key + " is not a list",
                    file + ", " + key,
                    FORM);
        }
        var patterns = new ArrayList<SelectionPattern>();
        var known = new HashSet<String>();
        for (int i = 0; i < list.size(); i++) {
            var where = file + ", " + key + "[" + i + "]";
            if (!(list.get(i) instanceof String text)) {
                throw new InputError(list.get(i) + " is not a name or a pattern", where, "write a text");
            }
            if (known.add(text)) patterns.add(SelectionPattern.of(text, where));
        }
        return patterns;
    }
}
