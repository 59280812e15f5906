package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.halftune.backend.Category;
import org.halftune.console.Amounts;
import org.halftune.console.Table;

/**
 * The plans of what is in memory together: of one method, or of both while they are compared.
 *
 * @param plans by the name of the method
 * @param ownBytes what the backend holds for itself, which each plan counts and which is there once
 */
record MemoryNeed(SequencedMap<String, MemoryPlan> plans, long ownBytes) {
    private static final int WIDTH = Integer.MAX_VALUE;

    long total() {
        return plans.values().stream().mapToLong(MemoryPlan::total).sum() - (plans.size() - 1) * ownBytes;
    }

    /** By category and method, with what is needed and what is available in the last rows. */
    String table(long available) {
        var header = new ArrayList<String>(List.of(""));
        header.addAll(plans.keySet());
        if (plans.size() > 1) header.add("together");
        var table = Table.of(header.toArray(String[]::new));
        for (var category : Category.values()) {
            var row = new ArrayList<String>(List.of(category.name().toLowerCase(Locale.ROOT)));
            long sum = 0;
            for (var plan : plans.values()) {
                long bytes = plan.bytes().getOrDefault(category, 0L);
                row.add(Amounts.bytes(bytes));
                sum += bytes;
            }
            if (category == Category.WORKSPACE) sum -= (plans.size() - 1) * ownBytes;
            if (plans.size() > 1) row.add(Amounts.bytes(sum));
            if (sum > 0) table.row(row.toArray());
        }
        table.line();
        var needed = new ArrayList<String>(List.of("needed"));
        plans.values().forEach(plan -> needed.add(Amounts.bytes(plan.total())));
        if (plans.size() > 1) needed.add(Amounts.bytes(total()));
        table.row(needed.toArray());
        var last = new ArrayList<String>(List.of("available"));
        for (int i = 1; i < plans.size(); i++) last.add("");
        if (plans.size() > 1) last.add("");
        last.add(Amounts.bytes(available));
        table.row(last.toArray());
        return table.render(WIDTH);
    }
}
