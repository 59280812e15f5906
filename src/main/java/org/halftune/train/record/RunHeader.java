package org.halftune.train.record;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.halftune.backend.MemoryCategory;
import org.halftune.hft.Rounds;
import org.halftune.hft.Selection;
import org.halftune.train.input.Stage;
import org.halftune.train.input.TrainingPlan;

/**
 * Describes a run, for its first lines.
 *
 * @param model the folder it starts from
 * @param device the device's description
 * @param rounds the trained matrices, with their counts; several selections if they rotate
 * @param plan steps, tokens, schedule
 * @param stage what a step minimizes
 * @param stepsDone steps done before, if the run resumes; otherwise 0
 * @param resumed the checkpoint it resumes from
 * @param recomputation the chosen recomputation and the reason; empty if the user gave it
 * @param saved dtype and rounding of saved weights
 * @param memory allocated device bytes by category; a run allocates nothing later
 */
public record RunHeader(
        Path model,
        String device,
        Rounds rounds,
        TrainingPlan plan,
        Stage stage,
        int stepsDone,
        Optional<Path> resumed,
        Optional<String> recomputation,
        String saved,
        Map<MemoryCategory, Long> memory) {

    /** What is trained first. */
    public Selection selection() {
        return rounds.first();
    }
}
