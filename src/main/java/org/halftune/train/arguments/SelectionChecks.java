package org.halftune.train.arguments;

import java.util.LinkedHashMap;
import java.util.Map;
import org.halftune.hft.Strategy;
import org.halftune.problem.InputError;
import org.halftune.train.arguments.Selecting.HftStrategy;
import org.halftune.train.arguments.Selecting.Method;

/** Refuses flags of the selection that would have no effect, or that the strategy does not take. */
final class SelectionChecks {
    private SelectionChecks() {}

    /** @throws InputError with the first flag that has no effect, and why */
    static void check(TrainingArgumentsBuilder form, HftStrategy strategy) {
        if (form.method == Method.FFT) {
            refuse(ofStrategies(form), "--method fft, which trains every matrix", "leave it out, or use --method hft");
        } else if (form.selection != null) {
            refuse(ofStrategies(form), "--selection, which lists the trained matrices", "leave one of them out");
        } else if (!form.train.isEmpty()) {
            refuse(ofStrategies(form), "--train, which names the trained matrices", "leave one of them out");
        } else {
            if (!strategy.random()) refuse(ofDraws(form), "--hft_strategy upper, which draws nothing", "leave it out");
            if (form.hftRatioByCategory && strategy != HftStrategy.IMPORTANCE) {
                Strategy.requireTakesCategories(EnumNames.of(strategy));
            }
            if (strategy == HftStrategy.UPPER && form.freezeEmbeddings) {
                refuse(
                        Map.of("freeze_embeddings", true),
                        "--hft_strategy upper, which always freezes the embeddings",
                        "leave it out");
            }
            if (strategy == HftStrategy.IMPORTANCE && form.hftRotateSteps != null) {
                refuse(
                        Map.of("hft_rotate_steps", true),
                        "--hft_strategy importance, whose scores are the same in every round",
                        "leave it out, or use --hft_strategy category");
            }
            if (strategy != HftStrategy.IMPORTANCE) {
                refuse(
                        ofImportance(form),
                        "--hft_strategy " + EnumNames.of(strategy),
                        "leave it out, or use --hft_strategy importance");
            }
        }
    }

    private static Map<String, Boolean> ofStrategies(TrainingArgumentsBuilder form) {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("hft_strategy", form.hftStrategy != null);
        given.put("hft_ratio", form.hftRatio != null);
        given.putAll(ofDraws(form));
        given.put("freeze_embeddings", form.freezeEmbeddings);
        given.put("freeze_lm_head", form.freezeLmHead);
        given.put("freeze_final_norm", form.freezeFinalNorm);
        given.putAll(ofImportance(form));
        return given;
    }

    private static Map<String, Boolean> ofDraws(TrainingArgumentsBuilder form) {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("hft_seed", form.hftSeed != null);
        given.put("hft_round", form.hftRound != null);
        given.put("hft_rotate_steps", form.hftRotateSteps != null);
        return given;
    }

    private static Map<String, Boolean> ofImportance(TrainingArgumentsBuilder form) {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("importance_file", form.importanceFile != null);
        given.put("importance_samples", form.importanceSamples != null);
        return given;
    }

    private static void refuse(Map<String, Boolean> given, String with, String fix) {
        given.forEach((flag, isGiven) -> {
            if (isGiven) throw new InputError("--" + flag + " has no effect with " + with, "", fix);
        });
    }
}
