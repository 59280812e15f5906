package org.halftune.train.record;

import java.util.ArrayList;
import java.util.Map;
import org.halftune.backend.MemoryCategory;
import org.halftune.hft.Selection;
import org.halftune.report.MemoryUse;
import org.halftune.report.MethodResult.CategoryShare;
import org.halftune.report.MethodResult.Trainable;

/** Numbers in the reports of both a training and a comparison: trained parameters and device memory. */
public final class ReportedFigures {
    private ReportedFigures() {}

    /** By category, without categories that the model does not have (such as the head, with tied embeddings). */
    public static Trainable trainable(Selection selection) {
        var categories = new ArrayList<CategoryShare>();
        selection.countByCategory().forEach((category, count) -> {
            if (count.total() == 0) return;
            categories.add(new CategoryShare(
                    category.title(), count.trainable(), count.total(), count.matricesTrainable(), count.matrices()));
        });
        return new Trainable(selection.count().trainable(), selection.count().total(), categories);
    }

    /** @param held bytes by category */
    public static MemoryUse memory(Map<MemoryCategory, Long> held) {
        return new MemoryUse(
                held.getOrDefault(MemoryCategory.WEIGHTS, 0L),
                held.getOrDefault(MemoryCategory.GRADIENTS, 0L),
                held.getOrDefault(MemoryCategory.MOMENTS, 0L),
                held.getOrDefault(MemoryCategory.MASTERS, 0L),
                held.getOrDefault(MemoryCategory.ACTIVATIONS, 0L),
                held.getOrDefault(MemoryCategory.LOGITS, 0L),
                held.getOrDefault(MemoryCategory.WORKSPACE, 0L),
                MemoryCategory.total(held));
    }
}
