package org.halftune.train.checkpoint;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.stream.Collectors;
import org.halftune.console.Amounts;
import org.halftune.files.StrictJson;
import org.halftune.hft.Selection;
import org.halftune.problem.InputError;
import org.halftune.tensor.Rounding;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.export.BaseModel;
import org.halftune.train.export.Digests;
import org.halftune.train.input.Rows;
import org.halftune.train.input.TrainingPlan;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that determines a run's weights: model, selection, rows, settings, by names for users. Runs with the same fingerprint
 * do the same steps, so each can resume from the other's checkpoints. With best-model selection or early stopping, the evaluation
 * rows are part of it.
 */
public record RunFingerprint(Map<String, String> values) {
    /** A key that was written before {@code --masters} and {@code --weight_rounding} existed. */
    private static final String FORMER = "--stochastic_rounding";

    public RunFingerprint {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** @param settings of the stage, by flag */
    public static RunFingerprint of(
            BaseModel base, Selection selection, TrainingPlan plan, Map<String, String> settings) {
        var arguments = plan.arguments();
        var optimizing = arguments.optimizing();
        var batching = arguments.batching();
        var values = new LinkedHashMap<String, String>();
        values.put("the model's shape", base.config().toString());
        values.put("the model (--model_name_or_path, --from_scratch)", base.fingerprint());
        values.put("what learns (--method, --hft_..., --freeze_..., --selection)", digest(selection));
        arguments
                .selecting()
                .rotateSteps()
                .ifPresent(steps -> values.put("--hft_rotate_steps", Integer.toString(steps)));
        values.put("the training rows (--train_file, --max_length, --packing, ...)", digest(plan.rows()));
        values.put("--seed", Long.toString(arguments.running().seed()));
        if (batching.dataSeed() != arguments.running().seed()) {
            values.put("--data_seed", Long.toString(batching.dataSeed()));
        }
        values.put("--train_sampling_strategy", EnumNames.of(batching.sampling()));
        values.put("--per_device_train_batch_size", Integer.toString(batching.trainBatchSize()));
        values.put("--gradient_accumulation_steps", Integer.toString(batching.accumulationSteps()));
        values.put("--learning_rate", Double.toString(optimizing.learningRate()));
        // Includes the number of steps only if the schedule depends on it: a run with a constant rate may be extended.
        values.put(
                "the learning rate's curve (--lr_scheduler_type, --warmup_steps, --max_steps, ...)",
                plan.schedule().toString());
        values.put("--weight_decay", Double.toString(optimizing.weightDecay()));
        values.put("--adam_beta1", Double.toString(optimizing.beta1()));
        values.put("--adam_beta2", Double.toString(optimizing.beta2()));
        values.put("--adam_epsilon", Double.toString(optimizing.epsilon()));
        values.put("--max_grad_norm", Double.toString(optimizing.maxGradNorm()));
        values.put("--moments_dtype", EnumNames.of(optimizing.moments()));
        values.put("--masters", EnumNames.of(optimizing.masters()));
        values.put("--weight_rounding", EnumNames.of(optimizing.weightRounding().orElse(Rounding.STOCHASTIC)));
        if (arguments.evaluating().bestModel().tracked()) {
            // Losses on other rows cannot be compared with the best so far.
            plan.evalRows()
                    .ifPresent(rows ->
                            values.put("the rows to evaluate on (--eval_file, --eval_dataset, ...)", digest(rows)));
            values.put(
                    "what is better (--greater_is_better)",
                    arguments.evaluating().bestModel().greaterIsBetter() ? "more" : "less");
        }
        if (!plan.memories().isEmpty()) {
            values.put(
                    "the memories of earlier tasks (--gem_memory, --gem_batch)",
                    plan.memoryBatchSize() + " rows a step of "
                            + plan.memories().stream()
                                    .map(RunFingerprint::digest)
                                    .collect(Collectors.joining(", ")));
        }
        values.putAll(settings);
        return new RunFingerprint(values);
    }

    private static String digest(Selection selection) {
        var digest = Digests.sha256();
        for (String name : selection.trainable()) digest.update((name + "\n").getBytes(StandardCharsets.UTF_8));
        return selection.trainable().size() + " of " + selection.specs().size() + " tensors (" + Digests.brief(digest)
                + ")";
    }

    private static String digest(Rows rows) {
        var digest = Digests.sha256();
        for (int row = 0; row < rows.size(); row++) {
            for (var example : rows.examples(row)) {
                Digests.update(digest, example.inputIds());
                Digests.update(digest, example.labels());
            }
            Digests.update(digest, new int[0]); // where a row ends
        }
        return Amounts.counted(rows.size(), "row") + " (" + Digests.brief(digest) + ")";
    }

    /**
     * Throws {@link InputError} naming the first difference.
     *
     * @param checkpoint whose fingerprint is {@code other}
     */
    public void requireSameAs(RunFingerprint other, Path checkpoint) {
        if (other.values.containsKey(FORMER)) {
            throw new InputError(
                    "the checkpoint was written by an earlier version of Halftune that rounded weights differently",
                    checkpoint.toString(),
                    "start a new run from its weights: --model_name_or_path " + checkpoint);
        }
        var names = new LinkedHashSet<>(values.keySet());
        names.addAll(other.values.keySet());
        names.forEach(name -> compare(name, other, checkpoint));
    }

    private void compare(String name, RunFingerprint other, Path checkpoint) {
        String here = values.getOrDefault(name, "not set");
        String there = other.values.getOrDefault(name, "not set");
        if (here.equals(there)) return;
        throw new InputError(
                "the checkpoint belongs to another run: "
                        + name.replace("the learning rate's curve", "the learning rate schedule") + ": "
                        + RecordDifference.words(labelled(there), labelled(here)),
                checkpoint.toString(),
                "resume with the same model, rows and settings, or start a new run in another --output_dir");
    }

    /** {@code 4 rows (781c…)}, as checkpoints have it, becomes {@code 4 rows (digest 781c…)}. */
    private static String labelled(String value) {
        return value.replaceFirst("^([\\d,]+ (?:rows?|of \\d+ tensors)) \\((?=[0-9a-f]+)", "$1 (digest ");
    }

    public ObjectNode toJson() {
        var json = StrictJson.object();
        values.forEach(json::put);
        return json;
    }

    public static RunFingerprint fromJson(JsonNode json) {
        var values = new LinkedHashMap<String, String>();
        json.properties()
                .forEach(entry -> values.put(entry.getKey(), entry.getValue().asString("")));
        return new RunFingerprint(values);
    }
}
