package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The shipped routes follow the house's rules. */
class RouteStyleTest {

    private static final Routes SHIPPED = Routes.read(Path.of("routes"));

    @ParameterizedTest
    @EnumSource
    void shippedRoutesFollow(RouteRule rule) {
        assertThat(rule.brokenIn(SHIPPED)).isEmpty();
    }
}
