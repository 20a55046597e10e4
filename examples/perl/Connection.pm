package Connection;

# One Socket.IO connection over WebSocket, without a library: RFC 6455, Engine.IO 4, Socket.IO 5.
#
# This class never blocks. The caller watches `socket`, and calls `readable`, `writable` and, at the
# `deadline`, `expire`. The connection has ended when the closing handshake is complete or the TCP
# connection has ended. Then the socket is closed.

use v5.26;
use warnings;

use Digest::SHA qw(sha1_base64);
use Errno qw(EAGAIN EINTR);
use IO::Socket::INET;
use JSON::PP qw(decode_json);
use MIME::Base64 qw(encode_base64);
use Time::HiRes qw(time);

use constant {
    CONNECT_TIMEOUT => 5,
    CLOSE_TIMEOUT   => 20,
    MAX_BUFFER      => 1024 * 1024,    # bytes of incomplete messages
    CHUNK           => 64 * 1024,
    GUID            => '258EAFA5-E914-47DA-95CA-C5AB0DC85B11',    # RFC 6455, section 1.3

    # opcodes of frames
    CONTINUATION => 0x0,
    TEXT         => 0x1,
    CLOSE        => 0x8,
    PING         => 0x9,
    PONG         => 0xA,
};

# The states: HANDSHAKE until the server has switched to WebSocket, JOINING until it has accepted the
# client, OPEN, CLOSING after either side has sent a Close frame, and ENDED.

# Begin to connect. The listener is a hash of functions: established(), failed(message), and
# ended(was_established), which is the last call. Dies if the address is unusable.
sub new {
    my ($class, $host, $port, $listener) = @_;
    my $key  = encode_base64(pack('N4', map { int rand 2**32 } 1 .. 4), '');
    my $self = bless {
        listener        => $listener,
        state           => 'HANDSHAKE',
        was_established => 0,
        accept          => sha1_base64($key . GUID) . '=',
        incoming        => '',
        outgoing        => join("\r\n",
            'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
            "Host: $host:$port",
            'Upgrade: websocket',
            'Connection: Upgrade',
            "Sec-WebSocket-Key: $key",
            'Sec-WebSocket-Version: 13',
            '', ''),
        text     => '',
        deadline => time + CONNECT_TIMEOUT,
        socket   => IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Blocking => 0),
    }, $class;
    die "$host:$port cannot be reached: $@\n" unless $self->{socket};
    return $self;
}

sub socket     { return $_[0]{socket} }
sub deadline   { return $_[0]{deadline} }
sub is_writing { return length $_[0]{outgoing} }
sub is_closing { return $_[0]{state} eq 'CLOSING' }

# Close the connection. From now on only `ended` is called.
sub close {
    my ($self) = @_;
    return if $self->is_closing;
    return $self->_end if $self->{state} eq 'HANDSHAKE';
    $self->_send_frame(CLOSE, pack 'n', 1000);
    $self->{state}    = 'CLOSING';
    $self->{deadline} = time + CLOSE_TIMEOUT;
    return;
}

# Close the connection without waiting for the server.
sub leave {
    my ($self) = @_;
    $self->close;
    $self->writable if $self->{state} eq 'CLOSING';
    $self->_end;
    return;
}

# Handle the deadline. The server has not accepted the client, has sent no heartbeat, or has not
# completed the closing handshake in time.
sub expire {
    my ($self) = @_;
    $self->_fail('the server has not answered in time');
    return;
}

# --- bytes ----------------------------------------------------------------------------------------

sub writable {
    my ($self) = @_;
    my $count = syswrite $self->{socket}, $self->{outgoing};
    substr $self->{outgoing}, 0, $count // 0, '';
    return;    # `readable` reports errors of the socket
}

sub readable {
    my ($self) = @_;
    my $count = sysread $self->{socket}, $self->{incoming}, CHUNK, length $self->{incoming};
    return if !defined $count && ($! == EAGAIN || $! == EINTR);
    return $self->_fail($! || 'lost') unless defined $count;
    return $self->_fail('the server has closed the connection') if $count == 0;
    $self->_switch if $self->{state} eq 'HANDSHAKE';
    while ($self->{state} !~ /HANDSHAKE|ENDED/ && (my ($opcode, $payload) = $self->_next_frame)) {
        $self->_take_frame($opcode, $payload);
    }
    $self->_fail('the server sends too much')
        if length($self->{incoming}) + length $self->{text} > MAX_BUFFER;
    return;
}

# Switch from HTTP to WebSocket when the server's response is complete.
sub _switch {
    my ($self) = @_;
    $self->{incoming} =~ s/\A(.*?)\r\n\r\n//s or return;
    my $answer = $1;
    return $self->_fail("the server does not speak WebSocket: " . ($answer =~ /\A(.*)/)[0])
        unless $answer =~ m{\AHTTP/1\.1 101 }
        && $answer =~ /^sec-websocket-accept:\s*\Q$self->{accept}\E\s*$/mi;
    $self->{state} = 'JOINING';
    return;
}

# --- frames ---------------------------------------------------------------------------------------

# Return the opcode and payload of the next complete frame, or nothing.
sub _next_frame {
    my ($self) = @_;
    return if length $self->{incoming} < 2;
    my ($first, $length) = unpack 'CC', $self->{incoming};
    my $header = 2;
    if ($length == 126) {
        return if length $self->{incoming} < 4;
        ($length, $header) = (unpack('x2 n', $self->{incoming}), 4);
    }
    elsif ($length == 127) {
        return if length $self->{incoming} < 10;
        ($length, $header) = (unpack('x2 Q>', $self->{incoming}), 10);
    }
    return if length $self->{incoming} < $header + $length;
    my $payload = substr $self->{incoming}, $header, $length;
    substr $self->{incoming}, 0, $header + $length, '';

    # A message may have several frames; the bit FIN marks the last one.
    if ($first & 0x80) {
        my $opcode = $first & 0x0F;
        return ($opcode, $payload) if $opcode & 0x8;
        my $text = $self->{text} . $payload;
        $self->{text} = '';
        return (TEXT, $text);
    }
    $self->{text} .= $payload;
    return (CONTINUATION, '');
}

sub _take_frame {
    my ($self, $opcode, $payload) = @_;
    if ($opcode == CLOSE) {
        $self->_send_frame(CLOSE, $payload) unless $self->is_closing;
        $self->writable;
        $self->_end;    # the closing handshake is complete
    }
    elsif ($self->is_closing) { }
    elsif ($opcode == PING)   { $self->_send_frame(PONG, $payload) }
    elsif ($opcode == TEXT)   { $self->_take_packet($payload) }
    return;
}

# Send a frame, masked as the RFC requires of clients. Payloads are cut to 125 bytes. Only a payload
# that echoes one from the server can be longer.
sub _send_frame {
    my ($self, $opcode, $payload) = @_;
    $payload = substr $payload, 0, 125;
    my $mask = pack 'N', int rand 2**32;
    $self->{outgoing} .= pack('CC', 0x80 | $opcode, 0x80 | length $payload) . $mask;
    $self->{outgoing} .= $payload ^ substr $mask x 32, 0, length $payload;
    return;
}

# --- packets --------------------------------------------------------------------------------------

# A packet begins with its Engine.IO type; type 4, a message, is followed by the Socket.IO type.
sub _take_packet {
    my ($self, $packet) = @_;
    if ($packet =~ /\A0(.*)/s) {
        my $handshake = eval { decode_json($1) } // {};
        my @milliseconds = @$handshake{qw(pingInterval pingTimeout)};
        return $self->_fail('the handshake has no heartbeat interval') if grep { !defined } @milliseconds;
        $self->{silence} = ($milliseconds[0] + $milliseconds[1]) / 1000;
        $self->_send_frame(TEXT, '40');
    }
    elsif ($packet =~ /\A40/ && $self->{state} eq 'JOINING') {
        @$self{qw(state was_established)} = ('OPEN', 1);
        $self->{listener}{established}->();
    }
    elsif ($packet =~ /\A44(.*)/s) { $self->_refused($1) }
    elsif ($packet =~ /\A(?:41\z|1)/) { $self->close }
    elsif ($packet =~ /\A2/)          { $self->_send_frame(TEXT, '3') }

    # Any packet counts as a heartbeat; the server must send the next one before the deadline.
    $self->{deadline} = time + $self->{silence} if $self->{state} eq 'OPEN';
    return;
}

sub _refused {
    my ($self, $json) = @_;
    my $error = eval { decode_json($json) };
    my $message = ref $error eq 'HASH' ? $error->{message} : undef;
    $self->{listener}{failed}->($message // 'the server refused the connection');
    $self->close;
    return;
}

# --- the end --------------------------------------------------------------------------------------

# The connection is lost, or was never established.
sub _fail {
    my ($self, $message) = @_;
    $self->{listener}{failed}->("$message") if $self->{state} =~ /HANDSHAKE|JOINING/;
    $self->_end;
    return;
}

sub _end {
    my ($self) = @_;
    return if $self->{state} eq 'ENDED';
    $self->{state} = 'ENDED';
    CORE::close $self->{socket};
    $self->{listener}{ended}->($self->{was_established});
    return;
}

1;
