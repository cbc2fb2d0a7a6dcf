package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnBudgetTest extends BudgetContract {

    @Override
    Budget budget(int perMinute) {
        return new OwnBudget(perMinute, BudgetTest.meter(time), time, time);
    }

    @Test
    void what_is_too_late_costs_nothing() {
        Budget budget = budget(300);
        for (int i = 0; i < 10; i++) {
            budget.takeSpare(() -> true);
        }
        for (int i = 0; i < 3; i++) {
            assertThat(budget.take(false, () -> true).toCompletableFuture())
                    .as("one of the three that there are at once")
                    .isCompletedWithValue(true);
        }
    }
}
