package org.halftune.hft;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.halftune.model.ParameterCategory;
import org.halftune.model.ParameterRole;
import org.halftune.model.ParameterSpec;

/**
 * Selects the matrices that matter least to the source data.
 *
 * <p>Of a category with m matrices in each of L layers, N = round(r·m·L) are trainable, as {@link Draw} counts them. They are
 * distributed evenly over the m roles: ⌊N/m⌋ of each role, and one more of the first N mod m roles. Within a role the layers
 * with the smallest scores are trainable; equal scores go to the lower layer.
 *
 * <p>Only matrices of one role are compared (all q, all k, …; Spectrum, arXiv 2406.06623, ranks in the same way). They have
 * the same shape and the same kind of input, so their scores need no correction. The scores of q and of the smaller k of
 * grouped-query attention, or those within one layer, would.
 */
final class LeastImportant {
    private LeastImportant() {}

    static Set<ParameterSpec> of(List<ParameterSpec> specs, Ratios ratios, ImportanceScores scores) {
        var chosen = new LinkedHashSet<ParameterSpec>();
        for (var category :
                List.of(ParameterCategory.ATTENTION, ParameterCategory.FEED_FORWARD, ParameterCategory.NORM)) {
            chosen.addAll(ofCategory(specs, category, ratios.of(category), scores));
        }
        return chosen;
    }

    private static List<ParameterSpec> ofCategory(
            List<ParameterSpec> specs, ParameterCategory category, double ratio, ImportanceScores scores) {
        if (ratio == 0) return List.of();
        var roles = List.of(ParameterRole.values()).stream()
                .filter(role -> role.category() == category)
                .toList();
        int all = (int) specs.stream()
                .filter(spec -> spec.role().category() == category)
                .count();
        int count = Draw.portion(ratio, all);
        var chosen = new ArrayList<ParameterSpec>();
        for (int i = 0; i < roles.size(); i++) {
            var role = roles.get(i);
            var ascending = specs.stream()
                    .filter(spec -> spec.role() == role)
                    .sorted(Comparator.comparingDouble(
                            spec -> score(scores, spec))) // stable: equal scores keep their order
                    .toList();
            chosen.addAll(ascending.subList(0, count / roles.size() + (i < count % roles.size() ? 1 : 0)));
        }
        return chosen;
    }

    private static double score(ImportanceScores scores, ParameterSpec spec) {
        var score = scores.values().get(spec.name());
        if (score == null) throw new IllegalArgumentException("no score of " + spec.name());
        return score;
    }
}
