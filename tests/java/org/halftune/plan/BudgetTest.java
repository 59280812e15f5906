package org.halftune.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.halftune.problem.InputError;
import org.junit.jupiter.api.Test;

class BudgetTest {
    @Test
    void amountsAndCardsKeepTheirOrder() {
        var budgets = Budget.parse("6GiB, cards, auto", 5_000_000_000L);
        assertThat(budgets).hasSize(1 + Budget.CARDS.size() + 1);
        assertThat(budgets.getFirst()).isEqualTo(new Budget("6 GiB", 6L << 30, false));
        assertThat(budgets.subList(1, 9)).isEqualTo(Budget.CARDS);
        assertThat(budgets.getLast()).isEqualTo(new Budget("5.00 GB", 5_000_000_000L, false));
    }

    @Test
    void cardsAreEightSizesInBillionsOfBytes() {
        assertThat(Budget.CARDS)
                .extracting(Budget::title)
                .containsExactly("8 GB", "12 GB", "16 GB", "24 GB", "40 GB", "48 GB", "80 GB", "141 GB");
        assertThat(Budget.CARDS).isSortedAccordingTo((a, b) -> Long.compare(a.bytes(), b.bytes()));
        assertThat(Budget.CARDS.getLast().bytes()).isEqualTo(141_000_000_000L).isLessThan(Gpu.H200.availableBytes());
    }

    @Test
    void amountIsShownWithItsUnitApart() {
        assertThat(Budget.parse("24gib,1.5GB,512 mib", 1))
                .extracting(Budget::title)
                .containsExactly("24 GiB", "1.5 GB", "512 MiB");
    }

    @Test
    void emptyListItemIsRefused() {
        assertThatThrownBy(() -> Budget.parse("24GiB,", 1)).isInstanceOf(InputError.class);
    }
}
