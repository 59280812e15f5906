package org.halftune.train.arguments;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.halftune.optim.Schedule.Ramp;

/**
 * The options of the learning rate schedules, {@code lr_scheduler_kwargs} in transformers. Each is a flag; empty: not given.
 *
 * @param minimum {@code --min_lr}: the final learning rate
 * @param minimumRate {@code --min_lr_rate}: the same as a fraction of the peak
 * @param cycles {@code --num_cycles}: waves, or half waves with restarts
 * @param power {@code --power} of the polynomial
 * @param end {@code --lr_end}: the final learning rate of the polynomial
 * @param timescale {@code --timescale} of the inverse square root, in steps
 * @param warmupRate {@code --warmup_lr_rate}: the first learning rate as a fraction of the peak
 * @param decaySteps {@code --num_decay_steps}
 * @param stableSteps {@code --num_stable_steps}
 * @param warmup {@code --warmup_type}: the warmup curve
 * @param decay {@code --decay_type}: the decay curve
 */
public record CurveOptions(
        OptionalDouble minimum,
        OptionalDouble minimumRate,
        OptionalDouble cycles,
        OptionalDouble power,
        OptionalDouble end,
        OptionalInt timescale,
        OptionalDouble warmupRate,
        OptionalInt decaySteps,
        OptionalInt stableSteps,
        Optional<Ramp> warmup,
        Optional<Ramp> decay) {

    public CurveOptions {
        minimum.ifPresent(rate -> Ranges.atLeast("min_lr", 0, rate));
        minimumRate.ifPresent(rate -> Ranges.fraction("min_lr_rate", rate));
        cycles.ifPresent(waves -> Ranges.above("num_cycles", 0, waves));
        power.ifPresent(exponent -> Ranges.above("power", 0, exponent));
        end.ifPresent(rate -> Ranges.atLeast("lr_end", 0, rate));
        timescale.ifPresent(steps -> Ranges.atLeast("timescale", 1, steps));
        warmupRate.ifPresent(rate -> Ranges.fraction("warmup_lr_rate", rate));
        decaySteps.ifPresent(steps -> Ranges.atLeast("num_decay_steps", 1, steps));
        stableSteps.ifPresent(steps -> Ranges.atLeast("num_stable_steps", 0, steps));
    }

    /** The flags that were given, in the order of the record. */
    List<String> given() {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        flags.put("min_lr", minimum.isPresent());
        flags.put("min_lr_rate", minimumRate.isPresent());
        flags.put("num_cycles", cycles.isPresent());
        flags.put("power", power.isPresent());
        flags.put("lr_end", end.isPresent());
        flags.put("timescale", timescale.isPresent());
        flags.put("warmup_lr_rate", warmupRate.isPresent());
        flags.put("num_decay_steps", decaySteps.isPresent());
        flags.put("num_stable_steps", stableSteps.isPresent());
        flags.put("warmup_type", warmup.isPresent());
        flags.put("decay_type", decay.isPresent());
        return flags.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(Map.Entry::getKey)
                .toList();
    }
}
