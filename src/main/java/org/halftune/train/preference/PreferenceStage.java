package org.halftune.train.preference;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.halftune.backend.Backend;
import org.halftune.backend.PairLoss;
import org.halftune.console.Amounts;
import org.halftune.data.Preferences;
import org.halftune.model.LlamaConfig;
import org.halftune.model.WeightSource;
import org.halftune.objective.DirectPreference;
import org.halftune.objective.Objective;
import org.halftune.objective.Reference;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.EnumNames;
import org.halftune.train.arguments.Preferring;
import org.halftune.train.arguments.TrainingArguments;
import org.halftune.train.export.BaseModel;
import org.halftune.train.input.Rows;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingInputs;
import org.halftune.train.input.TrainingPlan;

/**
 * Preference optimization: {@code halftune dpo}. A row is a pair of sequences with the same prompt.
 *
 * <p>The reference is the model as it was before the first step, or another one of the same shape. It is opened with the stage and
 * closed with it. A resumed run has the same reference, because the base is opened again, not the checkpoint.
 */
public final class PreferenceStage implements Stage, AutoCloseable {
    private final Preferring preferring;
    private final Optional<BaseModel> other;

    private PreferenceStage(Preferring preferring, Optional<BaseModel> other) {
        this.preferring = preferring;
        this.other = other;
    }

    /**
     * Opens the reference model, if it is another one; without one there is nothing to close.
     *
     * @throws InputError if the reference model cannot be opened
     */
    public static PreferenceStage open(Preferring preferring) {
        var other = preferring
                .referenceModel()
                .map(path -> BaseModel.open(new TrainingArguments.Model(path, false, Optional.empty()), 0));
        return new PreferenceStage(preferring, other);
    }

    @Override
    public TrainingPlan plan(
            TrainingArguments arguments, LlamaConfig config, LocalDateTime now, Consumer<String> notice) {
        other.ifPresent(model -> ReferenceShape.require(
                model.config(), config, preferring.referenceModel().orElseThrow()));
        return TrainingInputs.plan(arguments, List.of(), config, now, Preferences.REQUIRED, notice);
    }

    @Override
    public Objective objective(LlamaConfig config, WeightSource base) {
        return new DirectPreference(loss(), reference(config, base));
    }

    private PairLoss loss() {
        var type = PairLoss.Type.valueOf(preferring.lossType().name());
        return new PairLoss(type, preferring.beta(), preferring.labelSmoothing());
    }

    private Reference reference(LlamaConfig config, WeightSource base) {
        if (preferring.precompute()) return new Reference.Precomputed();
        if (other.isEmpty()) return new Reference.OnDevice(base, Set.of());
        return new Reference.OnDevice(source(base), ReferenceShape.names(config));
    }

    private WeightSource source(WeightSource base) {
        return other.flatMap(BaseModel::source).orElse(base);
    }

    @Override
    public TrainingPlan prepared(
            TrainingPlan plan, Backend backend, LlamaConfig config, WeightSource base, Consumer<String> notice) {
        if (!preferring.precompute()) return plan;
        long begin = System.nanoTime();
        var batching = plan.arguments().batching();
        int size = preferring.precomputeBatchSize().orElse(batching.trainBatchSize());
        int evalSize = preferring.precomputeBatchSize().orElse(batching.evalBatchSize());
        int count = plan.rows().size() + plan.evalRows().map(Rows::size).orElse(0);
        notice.accept("computing the reference's log-probabilities of " + Amounts.counted(count, "pair"));
        try (var pass = new ReferencePass(backend, config, source(base), plan.capacity())) {
            var rows = pass.over(plan.rows(), size);
            var evalRows = plan.evalRows().map(pairs -> pass.over(pairs, evalSize));
            notice.accept("computed the reference's log-probabilities in "
                    + Amounts.duration(Duration.ofNanos(System.nanoTime() - begin)));
            return plan.with(rows, evalRows);
        }
    }

    @Override
    public boolean isCrossEntropy() {
        return false;
    }

    /** Whether log-probabilities are computed before changes their last bits. */
    @Override
    public Map<String, String> settings() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("--loss_type", EnumNames.of(preferring.lossType()));
        settings.put("--beta", Double.toString(preferring.beta()));
        if (preferring.labelSmoothing() > 0)
            settings.put("--label_smoothing", Double.toString(preferring.labelSmoothing()));
        settings.put("--precompute_ref_log_probs", Boolean.toString(preferring.precompute()));
        preferring
                .precomputeBatchSize()
                .ifPresent(size -> settings.put("--precompute_ref_batch_size", Integer.toString(size)));
        other.ifPresent(model -> settings.put("the reference (--ref_model_name_or_path)", model.fingerprint()));
        return settings;
    }

    @Override
    public void close() {
        other.ifPresent(BaseModel::close);
    }
}
