package dev.guestbridge.process;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.MBeanServerDelegate;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** A JMX client that attaches to a process as jconsole does, by its number. */
final class JmxClient implements AutoCloseable {

    private final JMXConnector connector;
    private final MBeanServerConnection server;

    JmxClient(long pid) throws Exception {
        VirtualMachine machine = VirtualMachine.attach(String.valueOf(pid));
        try {
            connector = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
        } finally {
            machine.detach();
        }
        server = connector.getMBeanServerConnection();
        // jconsole wants to hear of beans that come and go
        server.addNotificationListener(MBeanServerDelegate.DELEGATE_NAME, (news, nothing) -> {}, null, null);
    }

    /** The names of Camel's beans of this type. */
    Set<String> camels(String type) throws IOException, JMException {
        return server.queryNames(new ObjectName("org.apache.camel:type=" + type + ",*"), null).stream()
                .map(name -> ObjectName.unquote(name.getKeyProperty("name").replaceFirst("^([^\"].*)$", "\"$1\"")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An attribute of a route. */
    Object ofRoute(String id, String attribute) throws IOException, JMException {
        return server.getAttribute(name("routes", id), attribute);
    }

    Object invoke(String routeId, String operation, Object argument, String type) throws IOException, JMException {
        return server.invoke(name("routes", routeId), operation, new Object[] {argument}, new String[] {type});
    }

    private ObjectName name(String type, String id) throws IOException, JMException {
        return server.queryNames(
                        new ObjectName("org.apache.camel:type=" + type + ",name=" + ObjectName.quote(id) + ",*"), null)
                .iterator()
                .next();
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
