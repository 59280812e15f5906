package org.halftune.hft;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import org.halftune.problem.InputError;

/**
 * Which parameters of a tuned model go back to their values before the tuning: the half-reset of HFT's pilot study (arXiv
 * 2404.18466, section 3), for any selection.
 *
 * <p>The flags are those of a training, with which the reset is the mirror of one:
 *
 * <ul>
 *   <li>What a strategy selects in the layers goes back. Embeddings, head and final norm are not part of the ratio and keep their
 *       tuned values, unless a freeze flag names them.
 *   <li>The inverse resets exactly what a training with the same flags would have left frozen. So the selected part of the layers
 *       keeps its tuned values, and the result has the form of a half fine-tuned model.
 *   <li>Of names or patterns, exactly what they name goes back; of its inverse, everything else.
 * </ul>
 *
 * @param reset what goes back: {@code reset.trainable()} has the names
 * @param inverse whether the complement was asked for
 */
public record HalfReset(Selection reset, boolean inverse) {

    /**
     * @param selection what a training with the same flags would train
     * @param freeze the same flags outside the layers
     * @throws InputError if nothing would be reset
     */
    public static HalfReset of(Selection selection, Freeze freeze, boolean inverse) {
        var names = new LinkedHashSet<String>();
        boolean byStrategy = switch (selection.origin()) {
            case SelectionOrigin.Drawn _, SelectionOrigin.Fixed _, SelectionOrigin.LeastImportant _ -> true;
            case SelectionOrigin.Everything _, SelectionOrigin.Matched _, SelectionOrigin.Listed _ -> false;
        };
        for (var spec : selection.specs()) {
            boolean trained = selection.trains(spec.name());
            boolean outside = byStrategy && !spec.role().inLayer();
            boolean frozen = outside && freeze.freezes(spec.role());
            boolean goesBack = inverse ? !trained : outside ? frozen : trained;
            if (goesBack) names.add(spec.name());
        }
        if (names.isEmpty()) {
            throw new InputError(
                    "--inverse resets what the flags do not select, and they select everything",
                    "",
                    "select less, or leave --inverse out");
        }
        return new HalfReset(
                new Selection(selection.origin(), Collections.unmodifiableSet(names), selection.specs()), inverse);
    }

    /** Names of the parameters that go back, in the order of the model. */
    public Set<String> names() {
        return reset.trainable();
    }
}
