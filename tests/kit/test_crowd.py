from crossdesk.kit.crowd import Crowd, Wait


def test_so_many_may_come_in_a_minute_and_then_the_next_minute_begins():
    moment = [0.0]
    crowd = Crowd(clock=lambda: moment[0])

    came = [crowd.wait("a", most=2) for _ in range(4)]
    others = crowd.wait("b", most=2)
    moment[0] = 60.0
    later = crowd.wait("a", most=2)

    assert came == [None, None, Wait(60, True), Wait(60, False)]
    assert (others, later) == (None, None)


def test_who_is_sent_away_is_told_how_long():
    moment = [0.0]
    crowd = Crowd(clock=lambda: moment[0])
    crowd.wait("a", most=1)
    moment[0] = 59.5

    assert crowd.wait("a", most=1) == Wait(1, True)
