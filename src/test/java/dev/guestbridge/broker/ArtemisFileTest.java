package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.message.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.junit.jupiter.api.Test;

/** What is shipped for an operator's own broker fits the embedded one, the shipped channels, and what the README says. */
class ArtemisFileTest {

    private final FileConfiguration embedded = read("config/broker.xml");
    private final FileConfiguration own = read("docker/artemis/broker.xml");

    @Test
    void addressesAreSetUpAsTheEmbeddedBrokersAre() {
        assertThat(own.getAddressSettings()).isEqualTo(embedded.getAddressSettings());
    }

    @Test
    void everyQueueThatTheShippedChannelsNeedIsDeclaredAnycastAndDurable() {
        Set<String> needed = new TreeSet<>(
                Queues.of(Channels.read(Path.of("routes/channels")).all(), "reported"));
        assertThat(own.getAddressConfigurations())
                .allMatch(address -> address.getRoutingTypes().equals(Set.of(RoutingType.ANYCAST))
                        && address.getQueueConfigs().stream().allMatch(QueueConfiguration::isDurable));
        assertThat(own.getAddressConfigurations())
                .flatExtracting(address -> address.getQueueConfigs().stream()
                        .map(queue -> queue.getName().toString())
                        .toList())
                .containsExactlyInAnyOrderElementsOf(needed);
    }

    /** README: it needs to consume what comes in, and to send all the rest; browse and the others are for operators. */
    @Test
    void theBridgeMayDoWhatItNeedsAndNothingElse() {
        assertThat(rights("guestbridge"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "guest.in.*", "send consume browse",
                        "guest.receipt.*", "send consume browse",
                        "guest.out.*", "send browse",
                        "guest.status.*", "send consume browse", // for the command send, which waits
                        "guest.dead", "send consume browse",
                        "guest.unrouted", "send browse",
                        "activemq.management.#",
                                "send consume manage createAddress deleteAddress createNonDurableQueue deleteNonDurableQueue",
                        "mops.broker.getAddressSettingsAsJSON", "view"));
    }

    @Test
    void channelsProgramsReadWhatIsForThemAlone() {
        assertThat(rights("channels"))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "guest.in.*", "send",
                        "guest.receipt.*", "send",
                        "guest.out.*", "consume browse",
                        "guest.status.*", "consume browse"));
    }

    private Map<String, String> rights(String role) {
        Map<String, String> rights = new TreeMap<>();
        own.getSecurityRoles().forEach((match, roles) -> roles.stream()
                .filter(one -> one.getName().equals(role))
                .forEach(one -> rights.put(match, rights(one))));
        return rights;
    }

    private static String rights(Role role) {
        record Right(boolean given, String name) {}
        return List.of(
                        new Right(role.isSend(), "send"),
                        new Right(role.isConsume(), "consume"),
                        new Right(role.isBrowse(), "browse"),
                        new Right(role.isManage(), "manage"),
                        new Right(role.isCreateAddress(), "createAddress"),
                        new Right(role.isDeleteAddress(), "deleteAddress"),
                        new Right(role.isCreateDurableQueue(), "createDurableQueue"),
                        new Right(role.isDeleteDurableQueue(), "deleteDurableQueue"),
                        new Right(role.isCreateNonDurableQueue(), "createNonDurableQueue"),
                        new Right(role.isDeleteNonDurableQueue(), "deleteNonDurableQueue"),
                        new Right(role.isView(), "view"),
                        new Right(role.isEdit(), "edit"))
                .stream()
                .filter(Right::given)
                .map(Right::name)
                .collect(Collectors.joining(" "));
    }

    private static FileConfiguration read(String file) {
        FileConfiguration configuration = new FileConfiguration();
        try {
            FileDeploymentManager reader =
                    new FileDeploymentManager(Path.of(file).toUri().toURL().toString());
            reader.addDeployable(configuration);
            reader.readConfiguration();
            return configuration;
        } catch (Exception e) {
            throw new AssertionError(file, e);
        }
    }
}
