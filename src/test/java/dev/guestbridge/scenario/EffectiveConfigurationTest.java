package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.jms.JmsConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jms.listener.DefaultMessageListenerContainer;

/** What the running routes really do, whatever the files say. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class EffectiveConfigurationTest {

    private static final int INDIVIDUAL_ACKNOWLEDGE = 101;

    private final BridgeUnderTest bridge;

    EffectiveConfigurationTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @Test
    void everyConsumerOfTheBusLeavesAcknowledgingToTheLanes() {
        List<JmsConsumer> consumers = bridge.bridge().context().getRoutes().stream()
                .map(route -> route.getConsumer())
                .filter(JmsConsumer.class::isInstance)
                .map(JmsConsumer.class::cast)
                .toList();

        // one for each channel's messages, and one for the receipts of whatsapp
        assertThat(consumers).hasSize(Bus.CHANNELS.size() + 1);
        assertThat(consumers).allSatisfy(consumer -> {
            var container = (DefaultMessageListenerContainer) consumer.getListenerContainer();
            assertThat(container.isRunning()).isTrue();
            assertThat(container.getSessionAcknowledgeMode()).isEqualTo(INDIVIDUAL_ACKNOWLEDGE);
            assertThat(container.isSessionTransacted()).isFalse();
            assertThat(container.getCacheLevel()).isEqualTo(DefaultMessageListenerContainer.CACHE_CONSUMER);
            assertThat(container.getMaxConcurrentConsumers()).isEqualTo(1);
        });
    }

    /** The demo, on ports of its own, would else listen at those that the shell names. */
    @Test
    void theRoutesSeeTheSettingsAndNotTheShell() {
        var context = bridge.bridge().context();

        assertThat(System.getenv("PATH")).isNotNull();
        assertThat(context.resolvePropertyPlaceholders("{{path:unknown}}")).isEqualTo("unknown");
        assertThat(System.getProperty("java.version")).isNotNull();
        assertThat(context.resolvePropertyPlaceholders("{{java.version:unknown}}"))
                .isEqualTo("unknown");
    }

    @Test
    void theHttpClientRepeatsAndFollowsNothing() {
        HttpComponent http = bridge.bridge().context().getComponent("http", HttpComponent.class);

        assertThat(http.isAutomaticRetriesDisabled()).isTrue();
        assertThat(http.isRedirectHandlingDisabled()).isTrue();
        assertThat(http.isCookieManagementDisabled()).isTrue();
    }

    @Test
    void whatWaitsToBeTriedAgainIsNeverGivenUpForItsNumber() {
        assertThat(bridge.bridge()
                        .context()
                        .getExecutorServiceManager()
                        .getDefaultThreadPoolProfile()
                        .getMaxQueueSize())
                .as("unbounded; the lanes' windows bound it")
                .isNegative();
    }
}
