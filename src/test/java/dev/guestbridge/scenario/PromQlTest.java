package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.scenario.PromQl.Condition;
import org.junit.jupiter.api.Test;

/** What names stand in an expression, for those who look whether they are there. */
class PromQlTest {

    @Test
    void itFindsMetricsAndWhatIsAskedOfTheirLabels() {
        PromQl query = PromQl.of("rate(a_total{org=\"main\", class=~\"x|y{1}\"}[5m]) * 60 > 0.9 * on (org) b_of_it");
        assertThat(query.selectors()).extracting(PromQl.Selector::metric).containsExactly("a_total", "b_of_it");
        assertThat(query.selectors().get(0).conditions())
                .containsExactly(new Condition("org", "=", "main"), new Condition("class", "=~", "x|y{1}"));
        assertThat(query.groupedBy()).containsExactly("org");
    }

    @Test
    void functionsWordsAndRangesAreNoMetrics() {
        PromQl query = PromQl.of("histogram_quantile(0.99, sum by (le, channel) (rate(c_bucket[$__rate_interval])))"
                + " unless sum without (instance) (d offset 5m) == bool 1e3");
        assertThat(query.selectors()).extracting(PromQl.Selector::metric).containsExactly("c_bucket", "d");
        assertThat(query.groupedBy()).containsExactly("channel", "instance", "le");
    }

    @Test
    void aGroupMayStandBehind() {
        PromQl query = PromQl.of("max(e) by (queue) > 0 and f");
        assertThat(query.selectors()).extracting(PromQl.Selector::metric).containsExactly("e", "f");
        assertThat(query.groupedBy()).containsExactly("queue");
    }
}
