package org.halftune.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.halftune.train.memory.MemoryBudget;

/**
 * An amount of memory that a training is planned for.
 *
 * @param title as a reader knows it
 * @param bytes that the training may take
 * @param card whether it stands for a kind of card, and was not asked for by its size
 */
public record Budget(String title, long bytes, boolean card) {
    /** Stands for {@link #CARDS} on the command line. */
    public static final String CARDS_WORD = "cards";

    /**
     * Sizes that cards have, in 10⁹ bytes. A card has a few percent more than its name says; a driver and a desktop take about
     * that.
     */
    public static final List<Budget> CARDS = IntStream.of(8, 12, 16, 24, 40, 48, 80, 141)
            .mapToObj(gigabytes -> new Budget(gigabytes + " GB", gigabytes * 1_000_000_000L, true))
            .toList();

    /**
     * Amounts and {@value #CARDS_WORD}, separated by commas, in their order.
     *
     * @param available bytes that a plan may have on the device, for {@code auto}
     * @throws org.halftune.problem.InputError if one is neither
     */
    public static List<Budget> parse(String list, long available) {
        var budgets = new ArrayList<Budget>();
        Arrays.stream(list.split(",", -1)).map(String::strip).forEach(word -> {
            if (word.equalsIgnoreCase(CARDS_WORD)) budgets.addAll(CARDS);
            else budgets.add(of(MemoryBudget.parse(word), available));
        });
        return budgets;
    }

    private static Budget of(MemoryBudget budget, long available) {
        return new Budget(
                switch (budget) {
                    case MemoryBudget.Auto _ -> ForecastFigures.gigabytes(available) + " GB";
                    case MemoryBudget.Amount amount -> amount.text();
                },
                budget.bytesOf(available),
                false);
    }
}
