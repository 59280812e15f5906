package org.halftune.train.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import org.halftune.backend.MemoryCategory;
import org.halftune.console.Amounts;
import org.halftune.console.Table;

/**
 * The plans that are in memory at the same time: of one method, or of both in a comparison.
 *
 * @param plans by method
 * @param ownBytes the backend's own memory, which each plan includes and which exists once
 */
record MemoryNeed(SequencedMap<String, MemoryPlan> plans, long ownBytes) {
    private static final int WIDTH = Integer.MAX_VALUE;

    long total() {
        return plans.values().stream().mapToLong(MemoryPlan::total).sum() - (plans.size() - 1) * ownBytes;
    }

    /** A table by category and method; the last rows are the needed and the available memory. */
    String table(long available) {
        var header = new ArrayList<String>(List.of(""));
        header.addAll(plans.keySet());
        if (plans.size() > 1) header.add("both");
        var table = Table.of(header.toArray(String[]::new));
        for (var category : MemoryCategory.values()) {
            var row = new ArrayList<String>(List.of(category.name().toLowerCase(Locale.ROOT)));
            long sum = 0;
            for (var plan : plans.values()) {
                long bytes = plan.bytes().getOrDefault(category, 0L);
                row.add(Amounts.bytes(bytes));
                sum += bytes;
            }
            if (category == MemoryCategory.WORKSPACE) sum -= (plans.size() - 1) * ownBytes;
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
