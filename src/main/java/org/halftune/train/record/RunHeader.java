package org.halftune.train.record;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.Category;
import org.halftune.hft.Selection;
import org.halftune.train.input.TrainingPlan;

/**
 * What a run is about to do, for its first lines.
 *
 * @param model the folder it starts from
 * @param device what runs it
 * @param selection what learns, with its counts
 * @param plan steps, tokens, schedule
 * @param stepsDone steps behind it when it continues a checkpoint, else 0
 * @param resumed that checkpoint
 * @param recomputation what the backward pass computes again and why, where the run chose that itself
 * @param saved in which type weights are written, and how they are rounded to it
 * @param memory device bytes held, by category: all that the run will hold
 */
public record RunHeader(
        Path model,
        String device,
        Selection selection,
        TrainingPlan plan,
        int stepsDone,
        Optional<Path> resumed,
        Optional<String> recomputation,
        String saved,
        Map<Category, Long> memory) {}
